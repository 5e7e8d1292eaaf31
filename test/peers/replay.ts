import { type IncomingHttpHeaders, request as openRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  encodeBody,
  fill,
  fillText,
  follow,
  type Names,
  type RecordedRequest,
  type Recording,
  type Step,
} from './recording.ts';

/** A server to play against. */
export interface Stage {
  readonly url: string;
  readonly vars: Names;
  /** What recordings name in `after`: "restart-server", "kill-server", … */
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  /** Makes so many ms pass on the server's clock. Without it they are waited for. */
  readonly pass?: (ms: number) => Promise<void>;
}

/** ms from which on a wait is for the server's clock; shorter ones are for what it has under way. */
const CLOCK = 1_000;

/** Where an answer was not the recorded one. */
export interface Difference {
  readonly step: number;
  /** `status`, `connection`, `header x`, or a pointer into the body. */
  readonly at: string;
  readonly want: unknown;
  readonly got: unknown;
}

interface Answer {
  readonly broken?: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Plays a recording and returns where the server answered otherwise. */
export async function replay(recording: Recording, stage: Stage): Promise<readonly Difference[]> {
  const names: Record<string, unknown> = { base: stage.url, ...stage.vars };
  const begun = new Map<string, { readonly answer: Promise<Answer>; readonly goOn: () => void }>();
  const found: Difference[] = [];
  for (const [index, step] of recording.steps.entries()) {
    if (step.after !== undefined) {
      const hook = stage.hooks[step.after];
      if (!hook) throw new Error(`Nobody knows how to do "${step.after}".`);
      await hook();
    }
    if (step.wait !== undefined) await (step.wait < CLOCK ? sleep : (stage.pass ?? sleep))(step.wait);
    if (step.begin !== undefined && step.request) {
      // whatever the machine takes for the steps between, they come before its rest
      const { promise: turn, resolve: goOn } = Promise.withResolvers<unknown>();
      begun.set(step.begin, { answer: send(step.request, stage.url, names, turn), goOn: () => goOn(true) });
      await sleep(150);
      continue;
    }
    const ending = begun.get(step.end ?? '');
    ending?.goOn();
    const answer = await (ending?.answer ?? (step.request && send(step.request, stage.url, names)));
    if (!answer) throw new Error(`Step ${index} neither asks nor awaits anything.`);
    for (const [name, from] of Object.entries(step.captures ?? {})) {
      names[name] = from.startsWith('header:') ? answer.headers[from.slice(7)] : follow(answer.body, from);
    }
    found.push(...compare(step, answer, names).map((difference) => ({ step: index, ...difference })));
  }
  return found;
}

/** Sends one request over a connection of its own. What comes behind its pause waits for its turn, too. */
function send(recorded: RecordedRequest, base: string, names: Names, turn?: Promise<unknown>): Promise<Answer> {
  const body = encodeBody(recorded.body, names);
  const asked = new Map(Object.entries(recorded.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  if (body && !asked.has('content-type')) asked.set('content-type', body.type);
  const isChunked = asked.get('transfer-encoding') === 'chunked';
  const needsLength = body ? !isChunked : !['GET', 'HEAD'].includes(recorded.method);
  if (needsLength && !asked.has('content-length')) asked.set('content-length', String(body?.bytes.length ?? 0));
  const headers = Object.fromEntries(
    [...asked].flatMap(([name, value]) => (value === null ? [] : [[name, fillText(value, names)]])),
  ) as Record<string, string>;

  // the path goes out as it stands: a URL object would tidy it
  const { hostname, port } = new URL(base);
  const url = recorded.url === undefined ? undefined : new URL(fillText(recorded.url, names));
  const target = url
    ? { host: url.hostname, port: url.port, path: url.pathname + url.search }
    : { host: hostname, port, path: encodeNonAscii(fillText(recorded.path ?? '/', names)) };
  return new Promise((resolve) => {
    const broken = (why: string): void => resolve({ broken: why, status: 0, headers: {}, body: null });
    const options = { ...target, method: recorded.method, headers, agent: false, timeout: 60_000 };
    const request = openRequest(options, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', () => broken('the answer broke off'));
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: answered, body: parse(Buffer.concat(pieces).toString()) });
      });
    });
    request.on('error', (error) => broken(error.message));
    request.on('timeout', () => request.destroy(new Error('no answer within a minute')));
    const bytes = body?.bytes ?? Buffer.alloc(0);
    const { pause, cutAfter } = recorded;
    if (pause) {
      request.write(bytes.subarray(0, pause.at));
      void Promise.all([sleep(pause.ms), turn]).then(() => request.end(bytes.subarray(pause.at)));
    } else if (cutAfter !== undefined) {
      request.write(bytes.subarray(0, cutAfter), () => setTimeout(() => request.destroy(), 200));
      request.on('close', () => broken('cut by the client'));
    } else request.end(bytes.length ? bytes : undefined);
  });
}

const encodeNonAscii = (path: string): string => path.replace(/[^\x21-\x7e]+/g, encodeURIComponent);

function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

type StepDifference = Omit<Difference, 'step'>;

function compare({ response: want, volatile = [] }: Step, got: Answer, names: Names): readonly StepDifference[] {
  if (!want) return [];
  if (want.broken !== undefined || got.broken !== undefined) {
    const same = (want.broken === undefined) === (got.broken === undefined);
    return same ? [] : [{ at: 'connection', want: want.broken ?? want.status, got: got.broken ?? got.status }];
  }
  const found: StepDifference[] = [];
  if (want.status !== got.status) found.push({ at: 'status', want: want.status, got: got.status });
  for (const [name, recorded] of Object.entries(want.headers ?? {})) {
    const value = recorded === null ? null : fillText(recorded, names);
    const seen = got.headers[name] ?? null;
    if (value !== seen && !volatile.includes(`header:${name}`))
      found.push({ at: `header ${name}`, want: value, got: seen });
  }
  return [...found, ...compareBodies(fill(want.body, names), got.body, fill(volatile, names) as readonly string[])];
}

function compareBodies(want: unknown, got: unknown, volatile: readonly string[]): readonly StepDifference[] {
  const mayVary = (pointer: string): boolean =>
    volatile.some((start) => start === '' || pointer === start || pointer.startsWith(`${start}/`));
  if (volatile.includes('')) return typeof want === typeof got ? [] : [{ at: '', want: typeof want, got: typeof got }];
  const [wanted, seen] = [new Map(leaves(want)), new Map(leaves(got))];
  const found: StepDifference[] = [];
  for (const [at, value] of wanted) {
    const other = seen.get(at);
    const same = mayVary(at) ? !seen.has(at) || typeof other === typeof value : other === value && seen.has(at);
    if (!same) found.push({ at, want: value, got: other });
  }
  for (const [at, value] of seen) {
    if (!wanted.has(at) && !mayVary(at)) found.push({ at, want: undefined, got: value });
  }
  return found;
}

/** Everything in a document that has nothing in it, by its pointer. */
function leaves(value: unknown, at = ''): readonly (readonly [pointer: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  return Object.entries(value).flatMap(([key, item]) =>
    leaves(item, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}
