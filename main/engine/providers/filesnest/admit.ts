/** What can be said of a file before it is queued. */
import { problem, type Problem } from '../../../../preload/problems.ts';
import type { Admission, Candidate, Limits, TransferOptions } from '../provider.ts';
import { nameFor } from './name.ts';
import { fileMost, planOf } from './plan.ts';
import { type FilesNestSettings, unfinishedMs } from './state.ts';

export const limitsOf = (settings: FilesNestSettings): Limits => ({
  fileSize: fileMost(settings),
  chunkSize: settings.chunkSize,
  unfinishedSeconds: unfinishedMs / 1000,
});

/** See `Provider.admit`. */
export const admit = (
  file: Candidate,
  options: TransferOptions,
  { name: server, settings }: { readonly name: string; readonly settings: FilesNestSettings },
): Admission => {
  const plan = planOf(file, settings, server);
  if ('refused' in plan) return plan;
  const name = nameFor(file.name, file.folder);
  const plain = [...file.folder, file.name].join(' - ');
  const notices: Problem[] = [];
  if (name !== plain) notices.push(problem('name-adapted', { server, name: plain, used: name }));
  else if (file.folder.length > 0) notices.push(problem('names-flattened', { server }));
  return { name, folder: [], options, notices };
};
