/**
 * What Stend's answers mean. Errors are told apart by status and by their French title, which is part of the protocol;
 * proxies before it answer HTML.
 */
import { type Outcome, fail, failed } from '../../outcome.ts';
import { problem } from '../../../../preload/problems.ts';
import { reasonWith, asSaid, type Reason } from '../../../../preload/problems/reasons.ts';
import type { Answer } from '../../http/http.ts';
import { isBusy, waitOf } from '../busy.ts';
import { plainWords } from '../plain-words.ts';

/** protocol: the `error` of a refusal's body, the same in all versions. */
export const titles = {
  transferKeyInvalid: 'Clé de transfert invalide',
  alreadyComplete: 'Fichier déjà uploadé',
  chunkNumberInvalid: 'Numéro du chunk invalide',
  chunkStored: 'Chunk déjà uploadé',
  chunkTooEarly: 'Chunk précédent non uploadé',
  shareKeyInvalid: 'Clé de partage invalide',
  notUploaded: 'Fichier non uploadé',
  deleteKeyInvalid: 'Clé de suppression invalide',
  passwordMissing: 'Mot de passe manquant',
  passwordNotNeeded: 'Mot de passe non requis',
  fileTooLarge: 'Fichier trop volumineux',
  expiryTooLong: 'Temps avant expiration trop long',
  storageFull: 'Stockage insuffisant',
} as const;

/** The title of a refusal, or `undefined` where the body is none of Stend's. */
export const titleOf = (answer: Answer): string | undefined => {
  const body = answer.json;
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  return typeof body.error === 'string' ? body.error : undefined;
};

export const isRefusal = (answer: Answer, title: string): boolean => answer.status >= 400 && titleOf(answer) === title;

/** What came instead of Stend's answer, for people. */
const looks = (answer: Answer): Reason => {
  if (answer.html) return reasonWith('web-page-status', answer.status);
  const title = titleOf(answer);
  return title === undefined
    ? reasonWith('status', answer.status)
    : asSaid(`${answer.status} ${plainWords(title, 80)}`);
};

export const notThisServer = (answer: Answer, server: string): Outcome<never> =>
  fail('retry', problem('not-this-server', { server, got: looks(answer) }));

/**
 * The failure that an answer means where the call at hand has no better word for it.
 * `chunk`: bytes of the chunk that was sent, for a 413. `signedIn`: whether a password was sent.
 */
export const refusal = (
  answer: Answer,
  about: { readonly server: string; readonly chunk?: number; readonly signedIn?: boolean },
): Outcome<never> => {
  const { server } = about;
  const { status } = answer;
  const title = titleOf(answer);
  const wait = waitOf(answer);
  if (isBusy(answer))
    return failed({ behaviour: 'server-busy', problem: problem('server-busy', { server, status }), ...wait });
  // protocol: the server chose the chunk size, so that only its administrator can mend this.
  if (status === 413) return fail('attention', problem('proxy-limit', { server, chunk: about.chunk ?? 0 }));
  if (status === 401)
    return fail('attention', problem(about.signedIn === true ? 'password-wrong' : 'password-missing', { server }));
  if (title === titles.transferKeyInvalid || title === titles.shareKeyInvalid)
    return fail('restart', problem('session-gone', { server }));
  if (title === titles.storageFull || status === 507) return fail('attention', problem('server-full', { server }));
  if (answer.html || status < 400 || status === 404) return notThisServer(answer, server);
  const words = asSaid(plainWords(title ?? '', 80));
  const params = { server, status, words };
  if (status >= 500 || status === 408 || status === 425)
    return failed({ behaviour: 'retry', problem: problem('server-failed', params), ...wait });
  // protocol: Stend, and what it is made of, give every error a title: without one somebody else has answered.
  if (title === undefined) return notThisServer(answer, server);
  // What a chunk's answer says of other chunks is no refusal: asking what the server has will tell.
  const passing: readonly string[] = [titles.chunkStored, titles.chunkTooEarly, titles.alreadyComplete];
  if (passing.includes(title)) return fail('retry', problem('server-failed', params));
  return fail('fatal', problem('server-refused', params));
};
