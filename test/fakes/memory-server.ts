/** A provider over a server in memory, whose every answer a test may decide: what the queue is tested with. */
import { z } from 'zod';
import { problem, type Problem } from '../../preload/problems.ts';
import { fail, ok, type Failure, type Outcome } from '../../main/engine/outcome.ts';
import type {
  AnyProvider,
  Job,
  Need,
  Progress,
  ProviderContext,
  Shape,
  Share,
} from '../../main/engine/providers/provider.ts';
import { unlessAborted } from '../../main/engine/providers/abortable.ts';
import type { ServerPort } from '../../main/engine/queue/server-port.ts';
import { keptSecrets } from './kept-secrets.ts';

type Session = {
  readonly name: string;
  readonly size: number;
  readonly chunks: Map<number, Buffer>;
  readonly openedAt: number;
  done: boolean;
};

const remoteSchema = z.object({ session: z.string() });

/** Where a failure can be put, or a wait. */
export type Phase = 'open' | 'resume' | 'send' | 'finish' | 'verify' | 'cancel' | 'doubt' | 'group' | 'find';

type Asking = { readonly signal?: AbortSignal; readonly index?: number };

export class MemoryServer {
  readonly id: string;
  readonly sessions = new Map<string, Session>();
  /** What happened, in order: `open a`, `send a 0`, … */
  readonly calls: string[] = [];
  readonly groups: (readonly string[])[] = [];
  /** Of each opening: whether an earlier one's answer was lost. */
  readonly doubts: boolean[] = [];
  /** Of each opening: the last session that was given up. */
  readonly earlier: unknown[] = [];
  /** What uploads that nobody swept left would look like. */
  leftovers = false;
  /** What freeing an upload leaves there for good. */
  left: Problem | undefined;
  /** Of each upload that was freed: the delete key that is known of it. */
  readonly keys: (string | undefined)[] = [];
  /** What was known of chunks without an answer, at each resume. */
  readonly unanswered: Progress['inFlight'][] = [];
  now: () => number = Date.now;
  chunkSize = 10;
  lanes = 1;
  /** `undefined`: ascending in one lane, any in several. */
  order: Shape['order'] | undefined;
  cut: Shape['cut'] = 'harmless';
  finishUncut = false;
  /** Hashes of the file that it asks for. */
  needs: readonly Need[] = [];
  /** The hashes that came with each opening and each finish, in order. */
  readonly hashes: (readonly [Phase, Job['hashes']])[] = [];
  /** ms that an upload may take, from its opening on; `undefined`: as long as it likes. */
  life: number | undefined;
  /** Decides before a phase: a failure, or nothing. */
  before: (phase: Phase, name: string, index?: number) => Failure | undefined | Promise<Failure | undefined> = () =>
    undefined;
  /** Most chunks under way at once. */
  widest = 0;
  #under = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** The one complete file of a name; throws where there is none, or more than one. */
  stored(name: string): Buffer {
    const complete = [...this.sessions.values()].filter((session) => session.name === name && session.done);
    const [one] = complete;
    if (one === undefined || complete.length > 1) throw new Error(`${complete.length} complete uploads of ${name}`);
    return Buffer.concat([...one.chunks].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
  }

  port(): Outcome<ServerPort> {
    const context: ProviderContext<unknown> = {
      server: { id: this.id, name: this.id, address: 'memory:', settings: {} },
      http: { send: () => Promise.reject(new Error('no HTTP here')) },
      ...keptSecrets(),
      now: this.now,
      signal: new AbortController().signal,
    };
    return ok({ provider: this.#provider(), context, uploadSecrets: () => context.uploadSecrets });
  }

  async #phase(phase: Phase, name: string, { signal, index }: Asking = {}): Promise<Failure | undefined> {
    this.calls.push(index === undefined ? `${phase} ${name}` : `${phase} ${name} ${index}`);
    const decided = Promise.resolve(this.before(phase, name, index));
    return signal === undefined ? decided : unlessAborted(decided, signal);
  }

  #session(remote: unknown): Session | undefined {
    return this.sessions.get(remoteSchema.parse(remote).session);
  }

  #provider(): AnyProvider {
    const gone = fail('restart', problem('session-gone', { server: this.id }));
    const any = z.unknown();
    const kept = { version: 1, migrate: (value: unknown) => value } as const;
    return {
      kind: 'memory',
      title: 'Memory',
      capabilities: {
        resume: 'server-list',
        zeroByteFiles: true,
        expiry: true,
        ownKey: true,
        password: 'none',
        shares: { needsDeleteKey: true, revoke: 'removes-file' },
        signIn: 'password',
        conflict: [],
      },
      settings: { ...kept, schema: any } as AnyProvider['settings'],
      remote: { ...kept, schema: remoteSchema } as AnyProvider['remote'],
      ...(this.leftovers
        ? {
            leftovers: {
              find: () => Promise.resolve(ok([])),
              idOf: (remote: unknown) => remoteSchema.parse(remote).session,
              clean: () => Promise.resolve(ok(undefined)),
            },
          }
        : {}),
      serverFields: [],
      transferFields: [],
      recognise: () => Promise.resolve(ok(undefined)),
      refuseSecret: () => undefined,
      check: () => Promise.resolve(ok({ settings: {}, notices: [] })),
      limits: () => ({}),
      admit: (file, options) => ({ name: file.name, options, notices: [] }),
      open: async ({ job, signal }) => {
        this.doubts.push(job.createInDoubt);
        this.earlier.push(job.earlier);
        this.hashes.push(['open', job.hashes]);
        const failure = await this.#phase('open', job.name, { signal });
        if (failure !== undefined) return { ok: false, failure };
        const session = `${job.name}-${this.sessions.size}`;
        this.sessions.set(session, {
          name: job.name,
          size: job.size,
          chunks: new Map(),
          openedAt: this.now(),
          done: false,
        });
        return ok({ remote: { session }, notices: [] });
      },
      needs: () => this.needs,
      deadline: (remote) => {
        const from = this.#session(remote)?.openedAt;
        return this.life === undefined || from === undefined
          ? undefined
          : { from, until: from + this.life, adjustable: true };
      },
      shape: () => ({
        chunkSize: this.chunkSize,
        lanes: this.lanes,
        order: this.order ?? (this.lanes > 1 ? 'any' : 'ascending'),
        cut: this.cut,
        ...(this.finishUncut ? { finishUncut: true } : {}),
      }),
      resume: async ({ job, remote, progress, signal }) => {
        this.unanswered.push(progress.inFlight);
        const failure = await this.#phase('resume', job.name, { signal });
        if (failure !== undefined) return { ok: false, failure };
        const session = this.#session(remote);
        if (session === undefined) return gone;
        if (this.cut === 'spoils' && progress.inFlight.some((chunk) => chunk.begun))
          return fail('restart', problem('cut-spoilt', { server: this.id }));
        return ok({ remote, stored: [...session.chunks.keys()], notices: [] });
      },
      send: async ({ job, remote }, chunk, body) => {
        this.widest = Math.max(this.widest, ++this.#under);
        try {
          const parts: Buffer[] = [];
          for await (const part of body.stream()) {
            body.signal.throwIfAborted();
            parts.push(Buffer.from(part));
            if (Buffer.concat(parts).length === chunk.size) body.lastByte?.();
            const failure = await this.#phase('send', job.name, { signal: body.signal, index: chunk.index });
            body.signal.throwIfAborted();
            // A server that asks to wait has answered: nothing of the chunk is on its way any more.
            if (failure?.behaviour === 'server-busy') body.refused?.();
            if (failure !== undefined) return { ok: false, failure };
          }
          const session = this.#session(remote);
          if (session === undefined) return gone;
          session.chunks.set(chunk.index, Buffer.concat(parts));
          return ok({});
        } finally {
          this.#under--;
        }
      },
      finish: async ({ job, remote, signal }) => {
        this.hashes.push(['finish', job.hashes]);
        const failure = await this.#phase('finish', job.name, { signal });
        if (failure !== undefined) return { ok: false, failure };
        const session = this.#session(remote);
        if (session === undefined) return gone;
        session.done = true;
        const told = { shareKey: remoteSchema.parse(remote).session, deleteKey: `delete-${job.name}` };
        return ok({ told });
      },
      verify: async ({ job, remote, signal }) => {
        const failure = await this.#phase('verify', job.name, { signal });
        if (failure !== undefined) return { ok: false, failure };
        const { session: key } = remoteSchema.parse(remote);
        const share: Share = { key, link: `memory:${key}`, deleteKey: `delete-${job.name}` };
        return ok({ share, proof: { by: 'stored-length', detail: String(job.size) }, notices: [] });
      },
      cancel: async ({ job, remote, signal }) => {
        const failure = await this.#phase('cancel', job.name, { signal });
        if (failure !== undefined) return { ok: false, failure };
        const key = remoteSchema.parse(remote).session;
        this.keys.push(job.deleteKeyOf?.(key));
        this.sessions.delete(key);
        return ok(this.left === undefined ? {} : { left: this.left });
      },
      freeDoubt: async ({ job, signal }) => {
        const failure = await this.#phase('doubt', job.name, { signal });
        return failure === undefined ? ok(undefined) : { ok: false, failure };
      },
      group: async (shares) => {
        const failure = await this.#phase('group', this.id);
        if (failure !== undefined) return { ok: false, failure };
        this.groups.push(shares.map((share) => share.key));
        return ok({ remote: { key: `group-${this.groups.length}` }, notices: [] });
      },
      find: async (key) => {
        const failure = await this.#phase('find', key);
        if (failure !== undefined) return { ok: false, failure };
        return ok(this.sessions.get(key)?.done === true ? { key, link: `memory:${key}` } : undefined);
      },
      revoke: () => Promise.resolve(ok(undefined)),
    };
  }
}
