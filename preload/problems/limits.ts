import { bytes, duration, time } from '../format.ts';
import { nothingSent, words, type ProblemArea } from './words.ts';

/** What can be asked for with an upload, in words. */
const optionNames: Readonly<Record<string, string>> = {
  '--key': 'own share keys',
  '--expire': 'expiry',
  revocation: 'way to take shares back',
  'sign-in': 'accounts to sign in to',
  folders: 'folders to choose from',
  'share-create': 'way to share what it has',
  'share-list': 'list of shares',
  'share-edit': 'way to change shares',
  leftovers: 'way to find what broken uploads left',
};

/** Options whose value was not right, in words: with others the person knows the name they typed. */
const optionSubjects: Readonly<Record<string, string>> = {
  password: 'The password',
  downloads: 'The number of downloads',
  expiry: 'The expiry',
};

/** What a server allows an upload to be and to ask for. */
export const limitProblems = {
  'too-large': (p: { name: string; size: number; limit: number; server: string }) =>
    words(
      `${p.name} is larger than ${p.server} takes (${bytes(p.size)}, at most ${bytes(p.limit)}).`,
      nothingSent,
      'Another server may take it.',
      'other-server',
    ),
  'chunks-too-many': (p: { name: string; server: string; chunkSize: number; chunks: number; limit: number }) =>
    words(
      `${p.name} needs ${p.chunks.toLocaleString('en')} chunks of ${bytes(p.chunkSize)} on ${p.server}; at most ${p.limit.toLocaleString('en')} are possible.`,
      nothingSent,
      'Ask its administrator for a larger chunk size, or use another server.',
      'other-server',
    ),
  'expiry-too-long': (p: { wanted: number; limit: number; server: string }) =>
    words(
      `${p.server} keeps files for at most ${duration(p.limit * 1000)}, not ${duration(p.wanted * 1000)}.`,
      nothingSent,
      'Choose a shorter expiry.',
    ),
  'expiry-invalid': (p: { wanted: string }) =>
    words(`${p.wanted} is no expiry.`, nothingSent, 'Give a length of time such as 30m, 12h, 7d or 2w.'),
  'key-invalid': (p: { wanted: string }) =>
    words(`${p.wanted} cannot be a share key.`, nothingSent, 'Use 1 to 30 letters a-z and digits.'),
  'key-normalised': (p: { wanted: string; used: string }) =>
    words(`The key ${p.wanted} is written ${p.used} on this server.`, `The link carries ${p.used}.`),
  'key-taken': (p: { wanted: string; got: string }) =>
    words(`The key ${p.wanted} was taken; you got ${p.got}.`, 'The file is uploaded under the new key.'),
  'key-held-by-lost-answer': (p: { wanted: string; until: number }) =>
    words(
      `The key ${p.wanted} may be held by an attempt of ours whose answer was lost.`,
      `The server frees it by ${time(p.until)}.`,
    ),
  'group-too-small': (p: { count: number }) =>
    words(`A group needs at least two files, and there is ${p.count}.`, nothingSent, 'Send it by itself.'),
  'group-too-large': (p: { count: number; limit: number; server: string }) =>
    words(`${p.server} groups at most ${p.limit} files, not ${p.count}.`, nothingSent, 'Make smaller groups.'),
  'groups-unsupported': (p: { server: string }) =>
    words(`${p.server} cannot group files.`, nothingSent, 'Send them one by one.'),
  'option-unsupported': (p: { option: string; server: string }) =>
    words(`${p.server} has no ${optionNames[p.option] ?? p.option}.`, nothingSent, 'Leave it out.'),
  'option-invalid': (p: { option: string; why: string }) =>
    words(`${optionSubjects[p.option] ?? p.option} is not right: ${p.why}.`, nothingSent, 'Mend it and try again.'),
  'deadline-near': (p: { hours: number; server: string; needsMs?: number; limited?: boolean }) =>
    words(
      `${p.server} ends uploads after ${duration(p.hours * 3_600_000)}; at this speed the file needs ${p.needsMs === undefined ? 'longer' : `about ${duration(p.needsMs)}`}.`,
      'It will not be complete in time, and the server will remove what was sent.',
      p.limited === true
        ? 'Raise the speed limit in the settings, or use another server.'
        : 'Use a faster connection, or another server.',
      'other-server',
    ),
  'deadline-passed': (p: { hours: number; server: string }) =>
    words(
      `${p.server} removes unfinished uploads after ${duration(p.hours * 3_600_000)}.`,
      'The upload has to start over.',
    ),
  'deadline-too-short': (p: {
    server: string;
    /** What the server gives an upload, and what this one needs at its speed; 0: not known. */
    givesMs: number;
    needsMs: number;
    /** Our own speed limit is the cause. */
    limited: boolean;
    /** Its administrator can change it. */
    adjustable: boolean;
  }) =>
    words(
      `${p.server} ended the upload after ${duration(p.givesMs)}; the file needs ${p.needsMs === 0 ? 'longer' : `about ${duration(p.needsMs)}`} at this speed.`,
      'The server removed what was sent. Another attempt at this speed will end the same way.',
      p.limited
        ? 'Raise the speed limit in the settings, then try again.'
        : p.adjustable
          ? 'Ask its administrator for longer upload sessions, then try again.'
          : 'Try again on a faster connection, or use another server.',
      'retry',
    ),
} satisfies ProblemArea;
