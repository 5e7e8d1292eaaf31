/**
 * One request and its answer over one connection. Sends the body block by block, each once the one before has left
 * for the network, and watches both directions.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { Got } from 'got';
import { problem } from '../../../preload/problems.ts';
import type { Failure } from '../outcome.ts';
import { makeAnswer } from './answer.ts';
import { breakFailure } from './failure.ts';
import type { Answer, Body, Request } from './http.ts';

export type Exchanged =
  | { readonly answer: Answer }
  /** `untouched`: on a kept-alive connection that the server had closed, before anything of a body was pulled. */
  | { readonly failure: Failure; readonly untouched: boolean };

type Setting = {
  readonly serverName: string;
  readonly now: () => number;
  /** ms that an answer may take from its first byte to its last. `most`: bytes that it may have. */
  readonly answerLimitMs?: ((most: number) => number) | undefined;
  /** Called at the end: bytes of the body that were handed over, and of the answer's body that were read. */
  readonly ended?: ((sent: number, received: number) => void) | undefined;
};

/** Bytes of an answer that are read where the request does not name a limit. */
const usualMost = 8 * 1024 * 1024;
/** Bytes that no request may go beyond, so that no server decides how much memory its answers take. */
export const answerBytesMost = 64 * 1024 * 1024;

/** The slowest speed, in bytes/ms, at which a large answer may still come: 64 KiB/s. */
const slowestAnswer = 64 * 1.024;
/** Two minutes, and more for large answers: generous, since time-outs on progress end whatever stands still. */
const usualAnswerLimit = (most: number): number => 120_000 + most / slowestAnswer;

const smallest = 16 * 1024;
/** ms in which a slice should leave: longer halves the slices, so that a slow link shows that it moves. */
const slow = 1_000;
const fast = 100;
/** Bytes that the system may still hold when it says that all have left. */
const inSystem = 4 * 1024 * 1024;
/** ms more, at most, before silence is believed: a process that stood still itself first hears what came meanwhile. */
const doubtMs = 1_000;
/** ms that a body may take to leave after its answer has come, before it counts as not taken. */
const tailMs = 1_000;

/** Until the network has been looked at: one turn may end before the next look. */
const looked = async (): Promise<void> => {
  await turn();
  await turn();
};

const thrown = (error: unknown): Error =>
  error instanceof Error ? error : new Error('a body threw what is no error', { cause: error });

const isStream = (body: Request['body']): body is Body => body !== undefined && 'stream' in body;

const headersOf = ({ method, headers, body }: Request): Record<string, string> => {
  if (isStream(body)) {
    const framing =
      body.length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) };
    return { ...headers, 'content-type': body.contentType, ...framing };
  }
  if (body !== undefined) return { 'content-type': 'application/json', ...headers };
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
    ? { ...headers, 'content-length': '0' }
    : { ...headers };
};

/**
 * @throws what the body's stream threw, and a DOMException AbortError
 */
export const exchange = (got: Got, request: Request, setting: Setting): Promise<Exchanged> =>
  new Promise((resolve, reject) => {
    const { serverName, now, answerLimitMs = usualAnswerLimit } = setting;
    const { method, body, signal, stallMs = 60_000, finishBody = false } = request;
    const most = Math.min(request.most ?? usualMost, answerBytesMost);
    const answerMs = Math.max(stallMs, request.answerMs ?? 0);
    const bytes = isStream(body)
      ? undefined
      : body === undefined
        ? Buffer.alloc(0)
        : Buffer.from(JSON.stringify(body.json));
    const blocks = isStream(body) ? body.stream()[Symbol.asyncIterator]() : undefined;
    const wire = got.stream(request.url, {
      method,
      headers: { ...headersOf(request), ...(bytes?.length ? { 'content-length': String(bytes.length) } : {}) },
    });

    let over = false;
    let socket: Socket | undefined;
    let native: ClientRequest | undefined;
    let response: IncomingMessage | undefined;
    let early = false;
    const read: Buffer[] = [];
    let readBytes = 0;
    let pulling = false;
    let pulled = false;
    const length = isStream(body) ? body.length : undefined;
    let handed = 0;
    /** The whole body was handed over, and its end said. */
    let bodyOut = blocks === undefined;
    /** ms without a byte, at present. */
    let patience = stallMs;
    /** Since when silence is doubted, and what had been heard and said by then. */
    let doubt: { readonly since: number; readonly bytes: number } | undefined;
    const allHanded = (): boolean => bodyOut || handed === length;

    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      signal?.removeEventListener('abort', onAbort);
      socket?.off('timeout', onTimeout);
      socket?.off('data', onHeard);
      clearTimeout(tail);
      clearTimeout(tooSlow);
      // Not awaited: a stream in the middle of a wait of its own ends after it.
      if (pulled) blocks?.return?.().catch(() => undefined);
      // Harmless once a whole exchange gave its connection back; else it ends the connection.
      wire.on('error', () => undefined).destroy();
      setting.ended?.(handed + (bytes?.length ?? 0), readBytes);
      settle();
    };
    const fail = (failure: Failure): void => {
      const untouched = (native?.reusedSocket ?? false) && response === undefined && !pulled;
      finish(() => resolve({ failure, untouched }));
    };
    /** An event handler of this exchange: what it throws ends this exchange, and nothing else. */
    const safely =
      <A extends readonly unknown[]>(handler: (...given: A) => void) =>
      (...given: A): void => {
        try {
          handler(...given);
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Error('a handler threw', { cause: error })));
        }
      };
    const onAbort = (): void => {
      finish(() => reject(new DOMException('The request was aborted', 'AbortError')));
    };
    const give = (): void => {
      const bodySent = bodyOut && (native?.writableFinished ?? true);
      if (response) {
        const answer = makeAnswer(response, Buffer.concat(read), { bodySent, early }, now());
        finish(() => resolve({ answer }));
      }
    };
    const truncated = (): void =>
      fail({ behaviour: 'retry', problem: problem('answer-truncated', { server: serverName }) });
    const tooLarge = (): void =>
      fail({ behaviour: 'retry', problem: problem('answer-too-large', { server: serverName, limit: most }) });

    /** The connection ended. What has been read of an early answer, a refusal, still tells more than the break. */
    const broken = (error: unknown): void => {
      if (over) return;
      if (response === undefined) fail(breakFailure(error, serverName));
      else {
        // Past got, which hands out nothing more after an error.
        for (let rest: unknown; Buffer.isBuffer((rest = response.read()));) collect(rest);
        if (response.complete || (!allHanded() && (response.statusCode ?? 0) >= 400)) give();
        else truncated();
      }
    };
    const wait = (ms: number): void => {
      patience = ms;
      doubt = undefined;
      socket?.setTimeout(ms);
    };
    /** Whether nothing has moved is known only after another, shorter wait, in which the network is looked at. */
    const isSilent = (): boolean => {
      const now = { since: performance.now(), bytes: (socket?.bytesRead ?? 0) + (socket?.bytesWritten ?? 0) };
      const more = Math.min(patience / 2, doubtMs);
      if (doubt === undefined) {
        doubt = now;
        socket?.setTimeout(more);
        return false;
      }
      // Twice as late: Node has put it off for a write that moved, or this process stood still once more.
      if (doubt.bytes === now.bytes && now.since - doubt.since < 2 * more) return true;
      wait(patience);
      return false;
    };
    const onTimeout = safely((): void => {
      // The file or the pacing is slow, not the server.
      if (pulling && !halted()) wait(stallMs);
      else if (response?.complete) broken(undefined);
      else if (isSilent()) {
        const seconds = Math.round((bodyOut ? answerMs : stallMs) / 1000);
        fail({ behaviour: 'retry', problem: problem('server-stalled', { server: serverName, seconds }) });
      }
    });

    let heard = false;
    let tooSlow: NodeJS.Timeout | undefined;
    /** ms that the server may work on the answer after it has said that it does (1xx). */
    let works = 0;
    /** Limits the whole answer from its first byte on, headers included: a byte a second counts as progress for ever. */
    const limitAnswer = (): void => {
      if (over || tooSlow !== undefined || !heard || !(bodyOut || (response !== undefined && !finishBody))) return;
      const limit = works + answerLimitMs(most);
      tooSlow = setTimeout(() => {
        const seconds = Math.round(limit / 1000);
        fail({ behaviour: 'retry', problem: problem('answer-too-slow', { server: serverName, seconds }) });
      }, limit);
    };
    const onHeard = safely((): void => {
      if (heard) return;
      heard = true;
      limitAnswer();
    });

    /** An interim answer: the final one may take as long as without it. */
    const onInformation = safely((): void => {
      works = answerMs;
      clearTimeout(tooSlow);
      tooSlow = undefined;
      onHeard();
      limitAnswer();
    });

    const collect = (block: Buffer): void => {
      if (over) return;
      readBytes += block.length;
      // What is too much is not kept, not even for the moment in which the exchange ends.
      if (readBytes > most) {
        read.length = 0;
        tooLarge();
      } else read.push(block);
    };
    /**
     * While the body has to go out to its end, the answer waits unread: at the end of one that says
     * `connection: close` Node would end the sending side with it.
     */
    const take = (): void => {
      if (over || response === undefined || (finishBody && !bodyOut)) return;
      const announced = Number(response.headers['content-length'] ?? 0);
      // In an answer to HEAD it is the length of a body that is not sent.
      if (announced > most && method !== 'HEAD') tooLarge();
      else wire.on('data', safely(collect)).once('end', onEnd);
    };
    let tail: NodeJS.Timeout | undefined;
    const onEnd = safely((): void => {
      if (allHanded() && !native?.writableFinished) {
        native?.once('finish', safely(give));
        tail = setTimeout(safely(give), tailMs);
      } else give();
    });

    const write = (block: Uint8Array): Promise<void> =>
      new Promise((written, refused) => {
        wire.write(block, (error) => (error ? refused(error) : written()));
      });
    const halted = (): boolean =>
      over || (socket?.destroyed ?? true) || (response !== undefined && !finishBody && !allHanded());

    const pump = async (from: AsyncIterator<Uint8Array>): Promise<void> => {
      let given = 0;
      let slice = 4 * smallest;
      let leaving = 0;
      // Lets the end of a kept-alive connection be noticed while nothing is lost by it yet.
      await looked();
      while (!halted()) {
        pulled = true;
        pulling = true;
        const next = await from.next().catch((error: unknown) => {
          finish(() => reject(thrown(error)));
        });
        pulling = false;
        if (halted() || next === undefined) return;
        given += next.done ? 0 : next.value.length;
        if (length !== undefined && (next.done ? given < length : given > length)) {
          finish(() => reject(new RangeError(`a body of ${length} bytes gave ${given}`)));
          return;
        }
        if (next.done) break;
        for (let rest = next.value; rest.length > 0;) {
          const part = rest.subarray(0, slice);
          rest = rest.subarray(part.length);
          // What the server has said meanwhile is heard before the next write, whose error would drown it.
          await looked();
          if (halted()) return;
          try {
            if (handed + part.length === length && isStream(body)) body.beforeLast?.();
          } catch (error) {
            finish(() => reject(thrown(error)));
            return;
          }
          handed += part.length;
          const before = performance.now();
          await write(part);
          const took = performance.now() - before;
          leaving += took;
          if (took < fast) slice *= 2;
          else if (took > slow) slice = Math.max(smallest, slice / 2);
        }
      }
      if (halted()) return;
      bodyOut = true;
      wire.end();
      // What the system still holds leaves at the speed of what left before it.
      const still = given === 0 ? 0 : (leaving * Math.min(given, inSystem)) / given;
      wait(answerMs + Math.min(still, 10 * stallMs));
      limitAnswer();
      take();
    };

    const onResponse = (answer: IncomingMessage): void => {
      response = answer;
      early = !bodyOut;
      onHeard();
      limitAnswer();
      take();
    };
    const onSocket = (s: Socket): void => {
      if (over) return;
      socket = s;
      wait(stallMs);
      s.on('timeout', onTimeout);
      s.on('data', onHeard);
      if (blocks !== undefined) pump(blocks).catch(safely(broken));
    };
    const onRequest = (made: ClientRequest): void => {
      native = made;
      made.once('socket', safely(onSocket));
      made.once('response', safely(onResponse));
      made.once('information', onInformation);
      let cause: unknown;
      made.once('error', (error) => (cause = error));
      made.once(
        'close',
        safely(() => broken(cause)),
      );
    };
    wire.once('request', safely(onRequest));
    wire.once('error', safely(broken));
    if (bytes?.length) wire.end(bytes);
    else if (blocks === undefined && method !== 'GET' && method !== 'HEAD') wire.end();
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
  });
