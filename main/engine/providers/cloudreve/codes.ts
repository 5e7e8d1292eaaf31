/** What Cloudreve's codes mean where the call at hand has no better word for them. */
import { problem } from '../../../../preload/problems.ts';
import { fail, failed, notStored, type Outcome } from '../../outcome.ts';
import { ofAccount } from '../account-tokens.ts';
import { plainWords } from '../plain-words.ts';
import { type Said, wordsOf } from './envelope.ts';

/** protocol: "Chunks and resume", the table of codes. */
export const codes = {
  done: 0,
  unset: -1,
  secondFactor: 203,
  notSignedIn: 401,
  forbidden: 403,
  notFound: 404,
  changedMeanwhile: 409,
  parameter: 40001,
  nameTaken: 40004,
  lifetimeOver: 40005,
  notRelayed: 40006,
  groupMayNot: 40007,
  sessionGone: 40011,
  indexWrong: 40012,
  lengthWrong: 40013,
  pathMissing: 40016,
  blocked: 40017,
  inactive: 40018,
  tokenRefused: 40020,
  otpWrong: 40022,
  captchaWrong: 40026,
  tooLarge: 40049,
  noQuota: 40051,
  nameRefused: 40052,
  sizeDiffers: 40055,
  signatureWrong: 40071,
  locked: 40073,
  staleVersion: 40076,
  passwordWrong: 40080,
  batch: 40081,
  noPermission: 40082,
  noScope: 40089,
  database: 50001,
  inputOutput: 50004,
  callbackFailed: 50007,
} as const;

/** protocol: somebody holds a lock, told with `data`; without, the lock of the upload itself is lost. */
export const isHeld = (said: Said): boolean =>
  said.code === codes.locked && Array.isArray(said.data) && said.data.length > 0;

/** protocol: a user who is banned while signed in gets this from every call. */
export const soundsBanned = (said: Said): boolean => said.code === codes.database && /login user/i.test(said.words);

/** What the server was doing then; a chunk that is no last one meets other words. */
const completing = /placeholder|start transaction|commit file|cap (?:version|thumbnail) entities/i;

/** protocol: a completion that failed once never comes about: every repetition answers 0, and changes nothing. */
export const completionFailed = (said: Said): boolean => said.code === codes.database && completing.test(said.words);

export type About = {
  readonly server: string;
  /** The file's or folder's name. */
  readonly name?: string;
  /** Bytes. */
  readonly size?: number;
};

/** Of a create that was refused because of one file's name or lock: nothing was made, and the server works. */
export const ofFile = { scope: 'transfer', nothingMade: true } as const;

/** The failure that a refusal means. */
export const refusal = (said: Said, { server, name = '', size = 0 }: About): Outcome<never> => {
  const { code } = said;
  const params = { server, status: code, words: wordsOf(said) };
  const wait = said.answer.retryAfterMs === undefined ? {} : { afterMs: said.answer.retryAfterMs };
  const again = failed({ behaviour: 'retry', problem: problem('server-failed', params), ...wait });
  switch (code) {
    case codes.notSignedIn:
    case codes.tokenRefused:
      return fail('attention', problem('signed-out', { server }), ofAccount);
    case codes.blocked:
      return fail('attention', problem('account-banned', { server }), ofAccount);
    case codes.inactive:
      return fail('attention', problem('account-inactive', { server }), ofAccount);
    case codes.sessionGone:
    case codes.pathMissing:
    case codes.signatureWrong:
    case codes.lifetimeOver:
      return fail('restart', problem('session-gone', { server }));
    case codes.sizeDiffers:
    case codes.callbackFailed:
      return notStored(server, wordsOf(said));
    case codes.locked:
      return isHeld(said)
        ? failed({ behaviour: 'retry', problem: problem('lock-held', { server, name }), ...ofFile })
        : again;
    case codes.nameTaken:
      return fail('attention', problem('name-exists', { server, name }));
    case codes.tooLarge:
      return fail('fatal', problem('policy-too-large', { server, name, size }));
    case codes.noQuota:
      return fail('attention', problem('quota-full', { server, size }));
    case codes.nameRefused:
      return fail('fatal', problem('name-refused', { server, name, why: wordsOf(said) }));
    case codes.forbidden:
    case codes.groupMayNot:
    case codes.noPermission:
      return fail('attention', problem('no-permission', { server, name }));
    case codes.noScope:
      return fail('attention', problem('scope-missing', { server, scope: plainWords(said.words, 80) }));
    case codes.changedMeanwhile:
    case codes.staleVersion:
    case codes.database:
    case codes.inputOutput:
    case codes.unset:
      return again;
    default:
      return code >= 50_000 ? again : fail('fatal', problem('server-refused', params));
  }
};
