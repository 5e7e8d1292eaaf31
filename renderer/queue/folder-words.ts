import type { AddedFolderView } from '../../preload/contract.ts';
import { amount, bytes } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Tone } from './row-words.ts';

/** Whole percent of its bytes that the server has acknowledged; 100 only when all are. */
export const folderPercent = ({ bytes: size, acknowledged }: AddedFolderView): number =>
  size === 0 ? 0 : Math.floor((acknowledged / size) * 100);

/** How many files it has, and how large they are. */
export const filesAndSize = ({ count, bytes: size }: AddedFolderView): string =>
  m.added_folder_size({ files: m.added_folder_files({ count, amount: amount(count) }), size: bytes(size) });

/** How many of its files are done. */
export const filesDone = ({ count, counts }: AddedFolderView): string =>
  m.added_folder_done_of({ count, amount: amount(count), done: amount(counts.done) });

/** How many of its files need the user or have failed; they are rows of their own. Empty: none. */
export const folderTrouble = ({ counts: { asking, failed } }: AddedFolderView): readonly string[] => [
  ...(asking === 0 ? [] : [m.added_folder_asking({ count: asking, amount: amount(asking) })]),
  ...(failed === 0 ? [] : [m.added_folder_failed({ amount: amount(failed) })]),
];

/** Why a folder stands with what needs the user or has failed: none of its files is anywhere else. */
export const folderReason = (folder: AddedFolderView): string => {
  const { count, counts } = folder;
  if (counts.asking === count) return m.added_folder_all_asking({ count, amount: amount(count) });
  if (counts.failed === count) return m.added_folder_all_failed({ count, amount: amount(count) });
  const [asking = '', failed = ''] = folderTrouble(folder);
  return m.added_folder_some_failed({ asking, failed });
};

/** What its files do, in a word, and how it is coloured. */
export const folderState = ({ section, counts, undoable, count }: AddedFolderView): { word: string; tone: Tone } => {
  if (undoable > 0 && undoable >= count - counts.done - counts.cancelled - counts.failed)
    return { word: m.added_folder_leaving(), tone: 'rest' };
  if (section === 'needs-you') return { word: m.added_folder_state_asking(), tone: 'warn' };
  if (section === 'failed') return { word: m.added_folder_state_failed(), tone: 'bad' };
  if (section === 'under-way') return { word: m.added_folder_uploading(), tone: 'move' };
  if (section === 'done' && counts.done === 0) return { word: m.added_folder_state_cancelled(), tone: 'rest' };
  if (section === 'done')
    return { word: m.added_folder_completed(), tone: counts.asking + counts.failed > 0 ? 'warn' : 'good' };
  if (counts.waiting > 0) return { word: m.added_folder_waiting(), tone: 'rest' };
  return { word: counts.queued > 0 ? m.added_folder_queued() : m.added_folder_paused(), tone: 'rest' };
};

/** The states that its files are in, with how many are in each. */
export const folderStates = ({ counts }: AddedFolderView): readonly (readonly [label: string, count: number])[] =>
  (
    [
      [m.added_folder_state_asking(), counts.asking],
      [m.added_folder_state_failed(), counts.failed],
      [m.added_folder_state_active(), counts.active],
      [m.added_folder_waiting(), counts.waiting],
      [m.added_folder_paused(), counts.paused],
      [m.added_folder_queued(), counts.queued],
      [m.added_folder_completed(), counts.done],
      [m.added_folder_state_cancelled(), counts.cancelled],
    ] as const
  ).filter(([, count]) => count > 0);
