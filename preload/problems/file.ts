import { bytes } from '../format.ts';
import { nothingSent, words, type ProblemArea } from './words.ts';

/** Files on this machine, and the names they get. */
export const fileProblems = {
  'file-missing': (p: { path: string }) =>
    words(`${p.path} is not there.`, nothingSent, 'Put it back, or choose the file again.', 'choose-file'),
  'file-unreadable': (p: { path: string; reason: string }) =>
    words(`${p.path} cannot be read (${p.reason}).`, nothingSent, 'Allow reading it, then retry.', 'retry'),
  'file-empty': (p: { path: string; server: string }) =>
    words(`${p.path} is empty.`, `${p.server} takes no files of zero bytes. ${nothingSent}`, 'Leave it out.', 'drop'),
  'file-is-link': (p: { path: string }) =>
    words(`${p.path} is a symbolic link.`, nothingSent, 'Add the file that it points to.'),
  'file-is-special': (p: { path: string; what: string }) =>
    words(`${p.path} is a ${p.what}, not a file.`, nothingSent, 'Leave it out.', 'drop'),
  'folder-empty': (p: { path: string }) =>
    words(`${p.path} holds no files.`, nothingSent, 'Choose another folder.', 'choose-file'),
  'file-changed': (p: { path: string; what: string }) =>
    words(
      `${p.path} has changed since it was added (${p.what}).`,
      'Sending went no further, so that no mixture of old and new is stored.',
      'Send the new file, or drop it.',
      'send-new',
    ),
  'file-size-wrong': (p: { path: string; size: number }) =>
    words(
      `${p.path} contains more than its reported size (${bytes(p.size)}).`,
      'The upload would be incomplete, so it stopped.',
      'Copy it to a regular file, then upload the copy.',
      'drop',
    ),
  'file-compared': (p: { path: string }) =>
    words(
      `The attributes of ${p.path} changed, but not its size or modification time.`,
      'Stevedore compares the uploaded part with the file. If they match, the upload continues.',
    ),
  'file-read-short': (p: { path: string; wanted: number; got: number }) =>
    words(
      `${p.path} ended early while it was read (${bytes(p.got)} of ${bytes(p.wanted)}).`,
      'Sending went no further.',
      'Look at the disk it is on, then retry.',
      'retry',
    ),
  'name-adapted': (p: { name: string; used: string; server: string }) =>
    words(`${p.server} cannot serve the name ${p.name}.`, `It is stored as ${p.used}.`),
  'already-queued': (p: { id: number; name: string }) =>
    words(`${p.name} is on its way already (transfer ${p.id}).`, 'It goes on from where it is; nothing is sent twice.'),
  'names-flattened': (p: { server: string }) =>
    words(`${p.server} has no folders.`, 'Folders stay visible in the names of the files.'),
} satisfies ProblemArea;
