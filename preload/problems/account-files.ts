import { bytes } from '../format.ts';
import { nothingSent, words, type ProblemArea } from './words.ts';

/** Files and folders of an account, and the storage behind it. */
export const accountFileProblems = {
  'name-exists': (p: { server: string; name: string }) =>
    words(
      `${p.name} is on ${p.server} already.`,
      'Nothing was sent, and what is there is as it was.',
      'Store this one under another name, as a new version, or leave it out.',
      'rename',
    ),
  'name-numbered': (p: { server: string; name: string; used: string }) =>
    words(`${p.name} is on ${p.server} already.`, `This one is stored beside it, as ${p.used}.`),
  'name-in-use': (p: { server: string; name: string; used: string }) =>
    words(`Another upload uses the name ${p.name} on ${p.server}.`, `This one is stored as ${p.used}.`),
  'name-busy': (p: { server: string; name: string }) =>
    words(
      `Another upload to ${p.name} is running on ${p.server}.`,
      'This file waits until that upload ends; then your choice for existing files applies.',
    ),
  'name-skipped': (p: { server: string; name: string }) =>
    words(`${p.name} is on ${p.server} already.`, 'It was left out, as you wished; what is there is as it was.'),
  'name-refused': (p: { server: string; name: string; why: string }) =>
    words(
      `${p.server} cannot take the name ${JSON.stringify(p.name)} (${p.why}).`,
      nothingSent,
      'Give the file another name, then add it again.',
      'rename',
    ),
  'name-awkward': (p: { name: string }) =>
    words(
      `Windows cannot hold a file called ${JSON.stringify(p.name)}.`,
      'It is stored under that name; downloading it there may fail.',
      'To have it safe everywhere, rename it before it is sent.',
      'rename',
    ),
  'suffix-refused': (p: { name: string; suffix: string; server: string }) =>
    words(
      `${p.server} does not take files ${p.suffix === '' ? 'without an extension' : `that end in .${p.suffix}`} (${p.name}).`,
      nothingSent,
      'Another server may take it.',
      'other-server',
    ),
  'policy-too-large': (p: { server: string; name: string; size: number }) =>
    words(
      `${p.name} is larger than the storage of ${p.server} takes (${bytes(p.size)}).`,
      nothingSent,
      'Another server may take it.',
      'other-server',
    ),
  'policy-unusable': (p: { server: string; policy: string; why: string }) =>
    words(
      `The storage ${p.policy} of ${p.server} cannot be used (${p.why}).`,
      'No file can be sent there.',
      'Its administrator has to mend that, or choose another storage for you.',
      'other-server',
    ),
  'parts-too-many': (p: { server: string; parts: number; limit: number }) =>
    words(
      `${p.server} cuts this file into ${p.parts} parts, and its storage takes ${p.limit}.`,
      nothingSent,
      'Its administrator has to choose larger chunks.',
      'other-server',
    ),
  'part-too-small': (p: { server: string; chunk: number; limit: number }) =>
    words(
      `${p.server} cuts files into parts of ${bytes(p.chunk)}, and its storage takes none below ${bytes(p.limit)}.`,
      'The file cannot be completed there.',
      'Its administrator has to choose larger chunks.',
      'other-server',
    ),
  'store-refused': (p: { server: string; status: number; words: string }) =>
    words(
      `The storage behind ${p.server} refused (${p.status} ${p.words}).`,
      'The upload waits; what was acknowledged is kept.',
      'Retry; if it comes again, tell the administrator.',
      'retry',
    ),
  'quota-full': (p: { server: string; size: number }) =>
    words(
      `Your account on ${p.server} has no room left${p.size === 0 ? '' : ` for ${bytes(p.size)}`}.`,
      'The upload waits; nothing is lost.',
      'Make room there: empty the bin, clean what broken uploads left; then retry.',
      'retry',
    ),
  'folder-missing': (p: { server: string; path: string }) =>
    words(`${p.server} has no folder ${p.path}.`, 'Nothing was changed.', 'Choose another folder, or make it.'),
  'file-gone-there': (p: { server: string; name: string }) =>
    words(`${p.name} is not on ${p.server} any more.`, 'Nothing was changed.', 'Look at its folder there.'),
  'no-permission': (p: { server: string; name: string }) =>
    words(
      `${p.server} does not allow this account to do that${p.name === '' ? '' : ` (${p.name})`}.`,
      'Nothing was changed there.',
      'Choose another folder, or ask its administrator.',
      'retry',
    ),
  'lock-held': (p: { server: string; name: string }) =>
    words(
      `Somebody is uploading or changing ${p.name} on ${p.server} now.`,
      'Nothing was sent over it.',
      'Wait until that has ended, or store this one under another name.',
      'retry',
    ),
  'left-over': (p: { server: string; name: string }) =>
    words(
      `${p.name} stays on ${p.server}: it was complete before it was cancelled.`,
      'What was there before is kept among its versions.',
      'Remove it there, if it is not wanted.',
    ),
} satisfies ProblemArea;
