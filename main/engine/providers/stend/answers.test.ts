import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { asSaid, reasonWith } from '../../../../preload/problems/reasons.ts';
import type { Failure } from '../../outcome.ts';
import { isBusy } from '../busy.ts';
import { isRefusal, notThisServer, refusal, titleOf, titles } from './answers.ts';
import { answer, refused } from './fixtures/scripted.ts';

const server = 'peer';
const failureOf = (reply: Parameters<typeof refusal>[0], about: object = {}): Failure | undefined => {
  const outcome = refusal(reply, { server, ...about });
  return outcome.ok ? undefined : outcome.failure;
};

describe('a refusal', () => {
  it('is known by its title, and only from an answer that is an error', () => {
    expect(titleOf(refused(400, 'Clé de transfert invalide'))).toBe('Clé de transfert invalide');
    for (const json of [null, 'Clé de transfert invalide', 7, {}, { error: 7 }])
      expect(titleOf({ ...answer(400), json })).toBeUndefined();
    expect(isRefusal(refused(400, titles.chunkStored), titles.chunkStored)).toBe(true);
    expect(isRefusal(refused(399, titles.chunkStored), titles.chunkStored)).toBe(false);
    expect(isRefusal(refused(400, titles.chunkStored), titles.chunkTooEarly)).toBe(false);
  });

  it.each([429, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530])(
    'with status %i asks to wait, for as long as it says',
    (status) => {
      const busy = problem('server-busy', { server, status });
      expect(isBusy(answer(status))).toBe(true);
      expect(failureOf(answer(status))).toEqual({ behaviour: 'server-busy', problem: busy });
      expect(failureOf(answer(status, '', { retryAfterMs: 7 }))).toEqual({
        behaviour: 'server-busy',
        problem: busy,
        afterMs: 7,
      });
    },
  );

  it.each([500, 501, 408, 425])('with status %i passes, after the time that it says', (status) => {
    const failed = problem('server-failed', { server, status, words: asSaid('Oh  non') });
    expect(isBusy(answer(status))).toBe(false);
    expect(failureOf(refused(status, 'Oh\u202e non'))).toEqual({ behaviour: 'retry', problem: failed });
    expect(failureOf({ ...refused(status, 'Oh  non'), retryAfterMs: 7 })).toMatchObject({ afterMs: 7 });
    expect(failureOf(answer(status))).toEqual({
      behaviour: 'retry',
      problem: problem('server-failed', { server, status, words: asSaid('') }),
    });
  });

  it('of a size is the proxy’s limit, for a chunk of so many bytes', () => {
    const limit = (chunk: number): Failure => ({
      behaviour: 'attention',
      problem: problem('proxy-limit', { server, chunk }),
    });
    expect(failureOf(answer(413), { chunk: 500 })).toEqual(limit(500));
    expect(failureOf(answer(413))).toEqual(limit(0));
  });

  it('of a password is one that is wrong, or that is missing', () => {
    const of = (code: 'password-wrong' | 'password-missing'): Failure => ({
      behaviour: 'attention',
      problem: problem(code, { server }),
    });
    expect(failureOf(answer(401), { signedIn: true })).toEqual(of('password-wrong'));
    expect(failureOf(answer(401), { signedIn: false })).toEqual(of('password-missing'));
    expect(failureOf(answer(401))).toEqual(of('password-missing'));
  });

  it.each([titles.transferKeyInvalid, titles.shareKeyInvalid])('that says %s ends the session', (title) => {
    expect(failureOf(refused(400, title))).toEqual({
      behaviour: 'restart',
      problem: problem('session-gone', { server }),
    });
  });

  it.each([refused(500, titles.storageFull), answer(507)])('of a full server waits for a person (%#)', (reply) => {
    expect(failureOf(reply)).toEqual({ behaviour: 'attention', problem: problem('server-full', { server }) });
  });

  it.each([titles.chunkStored, titles.chunkTooEarly, titles.alreadyComplete])(
    'that says %s of other chunks passes',
    (title) => {
      expect(failureOf(refused(400, title))).toEqual({
        behaviour: 'retry',
        problem: problem('server-failed', { server, status: 400, words: asSaid(title) }),
      });
    },
  );

  it('in Stend’s own words is final, and its words are shown, at most 80 characters of them', () => {
    expect(failureOf(refused(400, `Non${'n'.repeat(100)}`))).toEqual({
      behaviour: 'fatal',
      problem: problem('server-refused', { server, status: 400, words: asSaid(`Non${'n'.repeat(77)}`) }),
    });
  });

  it.each([
    [answer(400), reasonWith('status', 400)],
    [refused(404, 'Not Found'), asSaid('404 Not Found')],
    [answer(403, '<html>'), reasonWith('web-page-status', 403)],
    [refused(302, 'Found'), asSaid('302 Found')],
    [refused(404, 'n'.repeat(100)), asSaid(`404 ${'n'.repeat(80)}`)],
  ])('without them comes from something else (%#)', (reply, got) => {
    const strange = { behaviour: 'retry', problem: problem('not-this-server', { server, got }) };
    expect(failureOf(reply)).toEqual(strange);
    expect(notThisServer(reply, server)).toEqual({ ok: false, failure: strange });
  });
});
