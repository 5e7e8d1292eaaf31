/**
 * Files that are dropped in a browser, on their way into the queue:
 *
 * - `POST inbox` with `{items: [{files: [{path, size}]}], options}` → `{token, refused}`. An item is a file or a folder;
 *   `options` are those of transfers.add. `refused`: `{item, file, problem}` of each file that its server does not take,
 *   by its places; without a token nothing else is left.
 * - `PUT inbox/<token>/<item>/<file>` with the bytes of a file, by its places in what was announced → `{}`, or
 *   `{queued}` with the output of transfers.add where this file made its item whole and that was queued.
 * - `DELETE inbox/<token>` → 204: what has not arrived whole is given up.
 *
 * A refusal is `{error}`, with the words of a problem.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ContractError, type Client } from '../../preload/contract.ts';
import { firstNames } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { problem, type Problem } from '../../preload/problems.ts';
import { invalidInput } from '../../preload/problems/invalid-input.ts';
import { codeOf } from '../engine/error-code.ts';
import { announced, Drop, type RefusedFile } from './drop.ts';
import { answerJson, readJson, Refused } from './http.ts';
import type { Added } from './intents.ts';
import type { Kept } from './kept.ts';
import { receive } from './receive.ts';

/** Longest announcement, bytes: 100,000 files with usual paths. */
const longestBody = 32 * 1024 * 1024;
const dropsMost = 20;
/** Bytes that stay free on the disk, for the queue itself and for others. */
const staysFree = 1e9;

/** ms: without a byte until a body is cut, and without a request until a drop is given up. */
export type Patience = { readonly slowMs: number; readonly abandonMs: number };
const usualPatience: Patience = { slowMs: 60_000, abandonMs: 60_000 };

/** The folder of a profile where dropped files stand; made where it is missing. Gives its real path. */
export const inboxOf = (profile: string): string => {
  const folder = join(profile, 'inbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return realpathSync.native(folder);
};

type Opened = { readonly token?: string; readonly refused: readonly RefusedFile[] };

export type Inbox = {
  /**
   * Answers what comes after `inbox`: nothing, or `/<token>…`. Rejects with `Refused`.
   *
   * @param isSignedIn whether who sends it still is; asked again when a body has come, which may take hours
   */
  readonly handle: (
    request: IncomingMessage,
    response: ServerResponse,
    rest: string,
    isSignedIn: () => boolean,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const createInbox = (options: {
  readonly client: Client;
  readonly folder: string;
  readonly kept: Kept;
  readonly log: (line: string) => void;
  /** Tells every browser, now or at the next that comes. */
  readonly notice: (reason: Problem) => void;
  /** ms of a clock that nobody can set. */
  readonly now: () => number;
  readonly patience?: Partial<Patience>;
  /** Free bytes on the disk of the inbox. */
  readonly freeSpace?: () => Promise<number>;
}): Inbox => {
  const { client, folder, kept, log, notice, now } = options;
  const { slowMs, abandonMs } = { ...usualPatience, ...options.patience };
  const onDisk = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  const freeSpace = options.freeSpace ?? onDisk;
  const drops = new Map<string, Drop>();

  const lookAround = setInterval(() => {
    for (const [token, drop] of drops) {
      if (drop.active > 0 || now() - drop.seenAt < abandonMs) continue;
      drops.delete(token);
      if (drop.isOver) continue;
      const names = drop.missingNames;
      log(m.web_log_drop_broken({ count: names.length }));
      void drop
        .end(true)
        .then(() => notice(problem('drop-broken', { count: names.length, names: firstNames(names) })))
        // What could not be removed now is removed at the next start.
        .catch((error: unknown) => log(m.web_log_drop_kept({ what: error instanceof Error ? error.name : 'unknown' })));
    }
  }, abandonMs / 6);
  lookAround.unref();

  const open = async (request: IncomingMessage): Promise<Opened> => {
    const input = announced.safeParse(await readJson(request, longestBody));
    if (!input.success) {
      throw new Refused(400, invalidInput(input.error));
    }
    const token = randomBytes(16).toString('hex');
    const drop = new Drop(client, kept, join(folder, token), input.data, now());
    const refused = await drop.admit();
    if (drop.isOver) return { refused };
    const underWay = [...drops.values()].filter((drop) => !drop.isOver);
    if (underWay.length >= dropsMost) throw new Refused(429, problem('drops-many', { count: underWay.length }), 60);
    // What others have announced is as good as taken. Counted in at once, so that two cannot share one space.
    drops.set(token, drop);
    const free = (await freeSpace()) - underWay.reduce((sum, { missing }) => sum + missing, 0);
    if (free - drop.missing >= staysFree) return { token, refused };
    drops.delete(token);
    throw new Refused(507, problem('inbox-full', { size: drop.missing, free: Math.max(0, free) }));
  };

  /** Receives the body of one file; what its item was queued as, where that is so by now. */
  const put = async (
    request: IncomingMessage,
    drop: Drop,
    [item, nth]: readonly [number, number],
    isSignedIn: () => boolean,
  ): Promise<Added | undefined> => {
    const file = drop.file(item, nth);
    const name = file.names.at(-1) ?? '';
    const length = request.headers['content-length'];
    if (length === undefined || !/^\d{1,16}$/.test(length))
      throw new Refused(411, problem('input-invalid', { where: name, why: 'no-length' }));
    if (Number(length) !== file.size)
      throw new Refused(400, problem('drop-size', { name, size: file.size, got: Number(length) }));
    // The one before it is a connection that broke without telling us.
    while (file.stop !== undefined) await file.stop();
    // Asked again because the answer was lost.
    if (file.whole) return await drop.queuedAs(item);
    const ending = new AbortController();
    const stopped = Promise.withResolvers<undefined>();
    file.stop = async () => {
      ending.abort();
      await stopped.promise;
    };
    const before = request.socket.bytesRead;
    try {
      const path = await drop.prepare(item, file);
      const how = await receive(request, path, file.size, { slowMs, now }, ending.signal);
      if (how === 'slow') {
        log(m.web_log_drop_slow());
        throw new Refused(408, problem('drop-slow', { name, seconds: Math.round(slowMs / 1000) }));
      }
      if (how === 'ended') throw new Refused(409, problem('drop-unknown'));
      if (how === 'short') {
        const got = Math.min(file.size, request.socket.bytesRead - before);
        throw new Refused(400, problem('drop-size', { name, size: file.size, got }));
      }
      if (!isSignedIn()) throw new Refused(401, problem('sign-in-needed'));
    } catch (error) {
      throw refusedBy(error, file.size);
    } finally {
      file.stop = undefined;
      stopped.resolve(undefined);
    }
    try {
      return await drop.arrived(item, file);
    } catch (error) {
      throw error instanceof ContractError ? new Refused(422, error.problem) : refusedBy(error, file.size);
    }
  };

  /** What a full disk says, in words. */
  const refusedBy = (error: unknown, size: number): unknown => {
    const code = codeOf(error);
    return code === 'ENOSPC' || code === 'EDQUOT' ? new Refused(507, problem('inbox-full', { size, free: 0 })) : error;
  };

  const route = /^\/([0-9a-f]{32})(?:\/(\d{1,6})\/(\d{1,6}))?$/;

  return {
    handle: async (request, response, rest, isSignedIn) => {
      if (rest === '' && request.method === 'POST') {
        answerJson(request, response, 200, await open(request));
        return;
      }
      const [, token = '', item, file] = route.exec(rest) ?? [];
      const drop = drops.get(token);
      if (drop === undefined) throw new Refused(404, problem('drop-unknown'));
      drop.active++;
      try {
        if (item !== undefined && request.method === 'PUT') {
          const queued = await put(request, drop, [Number(item), Number(file)], isSignedIn);
          answerJson(request, response, 200, queued === undefined ? {} : { queued });
        } else if (item === undefined && request.method === 'DELETE') {
          drops.delete(token);
          await drop.end(true);
          response.writeHead(204).end();
        } else throw new Refused(405, problem('request-refused', { why: 'wrong-method' }));
      } finally {
        drop.active--;
        drop.seenAt = now();
      }
    },
    close: async () => {
      clearInterval(lookAround);
      // What is half stays there, and is told at the next start.
      await Promise.all([...drops.values()].map((drop) => drop.end(false)));
    },
  };
};
