/**
 * How another process of the same user asks the running window for something: over the window's own port, with a
 * secret that stands in a file of the profile that only this user can read.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { ContractError } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { codeOf } from '../engine/error-code.ts';
import { privateFile, replaceFile } from '../engine/store/files.ts';
import { answerJson, readJson, Refused } from './http.ts';

const note = z.object({ url: z.url(), control: z.url(), pid: z.number(), secret: z.string().min(1) });
const wish = z.strictObject({ wish: z.enum(['nothing', 'new-link', 'end-sign-ins']) });
const answer = z.object({ link: z.string().optional() });
type Wish = z.infer<typeof wish>['wish'];

/** ms in which the running window answers; it does nothing slow. */
const patience = 5_000;

const noteOf = (profile: string): string => join(profile, 'web.json');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export type Control = {
  /** Answers `control`. Rejects with `Refused`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly close: () => void;
};

/**
 * Notes where this window answers.
 *
 * @param urls of the window, and the one that this machine itself reaches it by
 */
export const offerControl = (
  profile: string,
  urls: { readonly window: string; readonly local: string },
  does: { readonly newLink: () => string; readonly endSignIns: () => void },
): Control => {
  const secret = randomBytes(32).toString('base64url');
  const path = noteOf(profile);
  const fresh = `${path}.new`;
  privateFile(fresh);
  const content = { url: urls.window, control: `${urls.local}control`, pid: process.pid, secret };
  writeFileSync(fresh, JSON.stringify(content satisfies z.infer<typeof note>));
  replaceFile(fresh, path);
  return {
    handle: async (request, response) => {
      const shown = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
      if (request.method !== 'POST' || !timingSafeEqual(digest(shown), digest(secret)))
        throw new Refused(403, problem('request-refused', { why: 'control-for-owner' }));
      const parsed = wish.safeParse(await readJson(request, 1024));
      if (!parsed.success) throw new Refused(400, problem('input-invalid', { where: 'wish', why: 'unknown' }));
      if (parsed.data.wish === 'end-sign-ins') does.endSignIns();
      answerJson(request, response, 200, parsed.data.wish === 'new-link' ? { link: does.newLink() } : {});
    },
    close: () => {
      // Another window may have taken its place meanwhile.
      if (readNote(profile)?.secret === secret) rmSync(path, { force: true });
    },
  };
};

const readNote = (profile: string): z.infer<typeof note> | undefined => {
  try {
    return note.parse(JSON.parse(readFileSync(noteOf(profile), 'utf8')));
  } catch {
    return undefined;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one as well.
    return codeOf(error) === 'EPERM';
  }
};

/**
 * Asks the running window of a profile; `undefined` where none runs. `nothing` finds out whether one does. Rejects with
 * `ContractError` owner-silent where one runs, and is too busy to answer: it has its sign-ins and its inbox all the same.
 */
export const askRunning = async (
  profile: string,
  asked: Wish,
  withinMs = patience,
): Promise<{ readonly url: string; readonly link?: string } | undefined> => {
  const found = readNote(profile);
  if (found === undefined) return undefined;
  try {
    const reply = await fetch(found.control, {
      method: 'POST',
      headers: { authorization: `Bearer ${found.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ wish: asked } satisfies z.infer<typeof wish>),
      signal: AbortSignal.timeout(withinMs),
      redirect: 'error',
    });
    if (!reply.ok) return undefined;
    const { link } = answer.parse(await reply.json());
    return { url: found.url, ...(link === undefined ? {} : { link }) };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError' && isAlive(found.pid))
      throw new ContractError(problemView(problem('owner-silent', { path: profile, found: 'window-silent' })));
    // It was killed and could not take the note away, or another program has its port now.
    return undefined;
  }
};
