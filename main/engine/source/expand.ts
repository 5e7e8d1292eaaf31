/** From what a person gave to files: folders are walked as a stream, and what cannot be sent is refused in words. */
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { problem, type Problem } from '../../../preload/problems.ts';
import { fileProblem, identify, specialKind, type Identity } from './identity.ts';

export type Found =
  | {
      readonly kind: 'file';
      /** Absolute. */
      readonly path: string;
      /** Base name, as it is on the disk. */
      readonly name: string;
      /** Folders above it, from the one that was given down; empty for a file that was given itself. */
      readonly folder: readonly string[];
      readonly identity: Identity;
    }
  | { readonly kind: 'refused'; readonly path: string; readonly problem: Problem };

/** Folders of up to so many entries are walked by name; larger ones as they come, so that memory stays small. */
const sortedMost = 10_000;
/** What Node puts for bytes of a name that are no UTF-8: such a path cannot be opened again. */
const unreadable = '\uFFFD';

const refused = (path: string, why: Problem): Found => ({ kind: 'refused', path, problem: why });

/** Entries of a folder, by name where there are not too many. */
async function* entries(folder: string): AsyncGenerator<string> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) {
    if (names.length < sortedMost) names.push(name);
    else yield name;
  }
  yield* names.sort();
}

type Walk = {
  readonly followLinks: boolean;
  /** Real paths of the folders above, against links that lead in a circle. */
  readonly above: readonly string[];
  readonly folder: readonly string[];
};

async function* look(path: string, walk: Walk): AsyncGenerator<Found> {
  if (path.includes(unreadable)) {
    yield refused(path, problem('file-unreadable', { path, reason: 'its name is no UTF-8' }));
    return;
  }
  try {
    const itself = await lstat(path, { bigint: true });
    if (itself.isSymbolicLink() && !walk.followLinks) {
      yield refused(path, problem('file-is-link', { path }));
      return;
    }
    const stats = itself.isSymbolicLink() ? await stat(path, { bigint: true }) : itself;
    if (stats.isDirectory()) {
      yield* inside(path, walk);
      return;
    }
    const what = specialKind(stats);
    if (what !== undefined) {
      yield refused(path, problem('file-is-special', { path, what }));
      return;
    }
    const identity = await identify(path);
    yield identity.ok
      ? { kind: 'file', path, name: basename(path), folder: walk.folder, identity: identity.value }
      : refused(path, identity.failure.problem);
  } catch (error) {
    yield refused(path, fileProblem(path, error));
  }
}

async function* inside(path: string, walk: Walk): AsyncGenerator<Found> {
  const real = walk.followLinks ? await realpath(path) : path;
  if (walk.above.includes(real)) {
    yield refused(path, problem('file-unreadable', { path, reason: 'links that lead in a circle' }));
    return;
  }
  const below: Walk = { ...walk, above: [...walk.above, real], folder: [...walk.folder, basename(path)] };
  let empty = true;
  for await (const name of entries(path)) {
    empty = false;
    yield* look(join(path, name), below);
  }
  if (empty) yield refused(path, problem('folder-empty', { path }));
}

/**
 * Looks at files and folders, one after the other. Paths are made absolute; a trailing slash does no harm. Never
 * throws for what it meets: a file that is missing, unreadable, a link, a pipe or a socket comes as `refused`.
 */
export async function* expand(
  paths: readonly string[],
  options: { readonly followLinks?: boolean } = {},
): AsyncGenerator<Found> {
  for (const path of paths) {
    const absolute = resolve(path);
    yield* look(absolute.endsWith(sep) && absolute.length > 1 ? absolute.slice(0, -1) : absolute, {
      followLinks: options.followLinks ?? false,
      above: [],
      folder: [],
    });
  }
}
