/** What can be said of a file before it is queued. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import type { Admission, Candidate, Limits, TransferOptions } from '../provider.ts';
import { isAwkward, nameFor, whyNot } from './name.ts';
import { chosen } from './options.ts';
import { refusedBy } from './policy.ts';
import type { CloudreveSettings } from './state.ts';

export const limitsOf = ({ policy }: CloudreveSettings): Limits =>
  policy === undefined || policy.max_size <= 0 ? {} : { fileSize: policy.max_size };

/** See `Provider.admit`. */
export const admit = (
  file: Candidate,
  options: TransferOptions,
  { name: server, settings }: { readonly name: string; readonly settings: CloudreveSettings },
): Admission => {
  for (const part of [...file.folder, file.name]) {
    const why = whyNot(part);
    if (why !== undefined) return { refused: problem('name-refused', { server, name: part, why }) };
  }
  const read = chosen(options.extra);
  if ('refused' in read) return read;
  if (read.value.share !== undefined && settings.mayShare === false)
    return { refused: problem('sharing-refused', { server }) };
  if (read.value.direct && settings.mayLink === false) return { refused: problem('linking-refused', { server }) };
  const name = nameFor(file.name, 'file');
  const { policy } = settings;
  // Of another one than the account's own nothing is known here: the server refuses before anything is sent, too.
  const judges = policy !== undefined && (read.value.policy ?? policy.id) === policy.id;
  const refused = judges ? refusedBy(policy, { ...file, name }, server) : undefined;
  if (refused !== undefined) return { refused };

  const folder = file.folder.map((part) => nameFor(part, 'folder'));
  const notices: Problem[] = [];
  if (name !== file.name) notices.push(problem('name-adapted', { name: file.name, used: name, server }));
  for (const [at, used] of folder.entries()) {
    const part = file.folder[at] ?? used;
    if (used !== part) notices.push(problem('name-adapted', { name: part, used, server }));
  }
  for (const part of [...folder, name]) if (isAwkward(part)) notices.push(problem('name-awkward', { name: part }));
  return { name, folder, options, notices };
};
