import { time } from '../format.ts';
import { words, type ProblemArea } from './words.ts';

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const salvagedFiles = (count: number): string =>
  count === 0 ? '' : `, with ${counted(count, 'newer file', 'newer files')} read from the damaged database`;

/** This program: its store, its profile, what is asked of it. */
/** `aside`: where the damaged database is kept; empty: there was none. */
const keptWith = (aside: string): string =>
  aside === '' ? 'Every delete key is kept.' : `Every delete key is kept, and so is the damaged file: ${aside}.`;

export const programProblems = {
  'disk-full': (p: { path: string }) =>
    words(
      `The disk with ${p.path} is full.`,
      'The queue has stopped; nothing is lost.',
      'Make room on it, then resume.',
      'free-space',
    ),
  fault: (p: { what: string; log: string }) =>
    words(
      `An unexpected error occurred (${p.what}).`,
      'Uploads continue. Everything the servers confirmed is kept.',
      p.log === '' ? 'If something looks wrong, restart Stevedore.' : `Report it, and attach ${p.log}.`,
    ),
  'fault-ended': (p: { what: string; log: string }) =>
    words(
      `An unexpected error stopped Stevedore (${p.what}).`,
      'Everything the servers confirmed is kept. Uploads resume at the next start.',
      p.log === '' ? 'Start it again.' : `Start it again. If this happens again, report it, and attach ${p.log}.`,
    ),
  'row-damaged': () =>
    words(
      'The information stored about this upload is damaged.',
      'This file is not uploaded. All other uploads continue.',
      'Remove it from the list, and add the file again.',
      'drop',
    ),
  'store-restored': (p: { aside: string; at: number; salvaged: number }) =>
    words(
      `The queue’s database was ${p.aside === '' ? 'missing' : 'damaged'}.`,
      `The backup of ${time(p.at)} was restored${salvagedFiles(p.salvaged)}. ${keptWith(p.aside)}`,
      'Check the queue: files that were added after that time may have to be added again.',
    ),
  'store-reset': (p: { aside: string; salvaged: number }) =>
    words(
      `The queue’s database was ${p.aside === '' ? 'missing' : 'damaged'}, and there was no backup.`,
      `A new one was started${salvagedFiles(p.salvaged)}. ${keptWith(p.aside)}`,
      'Check the queue, and add the missing files again.',
    ),
  'store-behind': (p: { added: number; keys: number }) =>
    words(
      'The queue’s database has lost its latest changes.',
      `${p.added === 0 ? 'No added file is known to be missing' : `${counted(p.added, 'added file is', 'added files are')} missing`}${
        p.keys === 0 ? '' : `; ${counted(p.keys, 'delete key was', 'delete keys were')} recovered from the journal`
      }.`,
      p.added === 0 ? 'Check the queue.' : 'Check the queue, and add the missing files again.',
    ),
  'keys-recovered': (p: { count: number }) =>
    words(
      `${counted(p.count, 'share was', 'shares were')} missing from the list.`,
      `${p.count === 1 ? 'Its delete key was' : 'Their delete keys were'} recovered from the journal.`,
    ),
  'journal-damaged': (p: { lines: number; path: string }) =>
    words(
      `${counted(p.lines, 'line', 'lines')} of the journal of delete keys ${p.lines === 1 ? 'was' : 'were'} damaged.`,
      'Every delete key that can be read is kept.',
      `The damaged journal is kept: ${p.path}.`,
    ),
  'database-gone': (p: { path: string }) =>
    words(
      `The queue’s database was removed or replaced while Stevedore was running (${p.path}).`,
      'The queue has stopped; progress is saved in its backup.',
      'Resume, and Stevedore opens the queue from its last backup.',
      'resume',
    ),
  'profile-lost': (p: { path: string }) =>
    words(
      `The lock of this profile was removed or replaced, or its folder was moved, while Stevedore was running (${p.path}).`,
      'This Stevedore has stopped uploading; progress is saved.',
      'Make sure that no other Stevedore is running, then resume.',
      'resume',
    ),
  'store-newer': (p: { version: number; known: number }) =>
    words(
      `The queue was written by a newer Stevedore (format ${p.version}, this one knows ${p.known}).`,
      'Nothing was changed.',
      'Update this Stevedore.',
    ),
  'settings-broken': (p: { path: string; why: string }) =>
    words(
      `The settings in ${p.path} cannot be read (${p.why}).`,
      'Nothing was changed.',
      'Mend the file, or move it away.',
    ),
  'profile-unwritable': (p: { path: string; reason: string }) =>
    words(
      `The profile ${p.path} cannot be written (${p.reason}).`,
      'Nothing was changed.',
      'Allow writing there, or use another folder.',
    ),
  'owner-silent': (p: { path: string; found: string }) =>
    words(
      `Another Stevedore holds this profile (${p.path}) and did not answer in 5 s: ${p.found}.`,
      'Nothing was changed.',
      'End that process, or use another profile.',
    ),
  'owner-ending': (p: { pid: number }) =>
    words(
      `Another Stevedore is still finishing uploads in this profile (process ${p.pid}).`,
      'Nothing was changed.',
      'Try again in a moment.',
    ),
  'owner-gone': () =>
    words(
      'The Stevedore that had this profile ended before it answered.',
      'What was queued is kept.',
      'Look at the list, then try again.',
    ),
  'owner-older': (p: { version: string; running: string }) =>
    words(
      `Stevedore ${p.running} is running, and this is ${p.version}.`,
      'Nothing was changed.',
      'End the running one, then start again.',
    ),
  'transfer-unknown': (p: { id: number }) =>
    words(`There is no transfer ${p.id}.`, 'Nothing was changed.', 'It may have been removed: look at the queue.'),
  'not-now': (p: { what: string; state: string }) =>
    words(`This transfer is ${p.state}: it cannot be ${p.what} now.`, 'Nothing was changed.'),
  'input-invalid': (p: { where: string; why: string }) =>
    words(
      `${p.where === '' ? 'The request' : p.where} is not right: ${p.why}.`,
      'Nothing was changed.',
      'Mend it and try again.',
    ),
  'method-unknown': (p: { method: string }) =>
    words(`There is no call ${p.method}.`, 'Nothing was changed.', 'Use the same version on both sides.'),
  internal: (p: { what: string }) =>
    words(
      `Stevedore met something it did not expect (${p.what}).`,
      'What was acknowledged is kept.',
      'Retry; if it comes again, report it with the log.',
      'retry',
    ),
} satisfies ProblemArea;
