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
  'share-expire': 'The expiry',
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
      `${p.name} needs ${p.chunks} chunks of ${bytes(p.chunkSize)} on ${p.server}. Stevedore sends at most ${p.limit} for one file.`,
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
  'deadline-near': (p: { hours: number; server: string }) =>
    words(
      `At this speed the upload takes longer than the ${p.hours} hours that ${p.server} keeps an unfinished file.`,
      'It would be removed there before it is whole.',
      'Use a faster connection, a smaller file, or another server.',
      'other-server',
    ),
  'deadline-passed': (p: { hours: number; server: string }) =>
    words(`${p.server} removes unfinished files after ${p.hours} hours.`, 'The upload starts anew.'),
} satisfies ProblemArea;
