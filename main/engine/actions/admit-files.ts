/** Says of files that are still elsewhere, by name and size, whether a server takes them: before a byte of them moves. */
import { selectionOf } from '../../../preload/patterns.ts';
import { problem, type Problem } from '../../../preload/problems.ts';
import { judgeRequest, type AddRequest } from './add-files.ts';
import type { Engine } from '../engine.ts';
import { fail, ok, type Outcome } from '../outcome.ts';

/** `folder`: the folders that were given with it, the outermost first; size in bytes. */
export type Coming = { readonly name: string; readonly folder: readonly string[]; readonly size: number };

/**
 * Which of these files would be refused when they are added, by their index. Fails as `addFiles` does where all of them
 * would be: nothing of them is worth sending then.
 */
export const admitFiles = (
  engine: Engine,
  request: Pick<AddRequest, 'serverId' | 'options' | 'group' | 'patterns'>,
  files: readonly Coming[],
): Outcome<ReadonlyMap<number, Problem>> => {
  const port = engine.servers.port(request.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  const strange = judgeRequest(port.value, request);
  if (strange !== undefined) return fail('fatal', strange);
  const { key, ...keyless } = request.options;
  // The key of a group is the group's.
  const options = request.group || key === undefined ? keyless : request.options;
  const refused = new Map<number, Problem>();
  const { takesFolder, takesFile } = selectionOf(request.patterns ?? {});
  const takes = (names: readonly string[]): boolean =>
    names.slice(0, -1).every((_, at) => takesFolder(names.slice(0, at + 1).join('/'))) && takesFile(names.join('/'));
  for (const [n, file] of files.entries()) {
    const path = [...file.folder, file.name].join('/');
    const below = [...file.folder.slice(1), file.name];
    if (file.folder.length > 0 && !takes(below)) {
      refused.set(n, problem('file-excluded', { name: file.name }));
      continue;
    }
    const admission = provider.admit({ ...file, path }, options, context.server);
    if ('refused' in admission) refused.set(n, admission.refused);
  }
  if (!request.group || refused.size === files.length) return ok(refused);
  const count = files.length - refused.size;
  const limit = provider.limits(context.server.settings).groupSize;
  if (count < 2) return fail('fatal', refused.values().next().value ?? problem('group-too-small', { count }));
  if (limit !== undefined && count > limit)
    return fail('fatal', problem('group-too-large', { count, limit, server: context.server.name }));
  return ok(refused);
};
