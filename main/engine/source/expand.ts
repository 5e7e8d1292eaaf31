/** From what was dropped or named to files: folders are walked as a stream, and whatever is no file is told. */
import type { BigIntStats } from 'node:fs';
import { lstat, opendir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { problem, type Problem } from '../../../preload/problems.ts';
import { selectionOf, type Patterns, type Selection } from '../../../preload/patterns.ts';
import { fileProblem, identityOf, type Identity } from './identity.ts';

export type Found =
  | {
      readonly kind: 'file';
      /** Absolute. */
      readonly path: string;
      /** As it is on disk: not normalised. */
      readonly name: string;
      /** Names of the folders above it, from the given one down; empty for a file that was given itself. */
      readonly folder: readonly string[];
      readonly identity: Identity;
    }
  | { readonly kind: 'refused'; readonly path: string; readonly problem: Problem }
  /** A file or folder that the patterns skip. */
  | { readonly kind: 'excluded'; readonly path: string; readonly name: string };

/** Entries of a folder that are held to be sorted by name; those beyond come as the file system gives them. */
const mostSorted = 10_000;
/** Entries that are looked at together. */
const together = 32;

type Place = {
  readonly path: string;
  readonly folder: readonly string[];
  /** `device:inode` of the folders above, to notice links that lead back. */
  readonly above: readonly string[];
};
/** How a walk goes. */
type Walk = {
  readonly followLinks: boolean;
  readonly selection: Selection;
  readonly signal: AbortSignal | undefined;
};
type Looked = Found | { readonly kind: 'folder'; readonly stats: BigIntStats };

const refused = (path: string, p: Problem): Found => ({ kind: 'refused', path, problem: p });

const look = async ({ path, folder, above }: Place, followLinks: boolean): Promise<Looked> => {
  try {
    let stats = await lstat(path, { bigint: true });
    if (stats.isSymbolicLink()) {
      if (!followLinks) return refused(path, problem('file-is-link', { path }));
      stats = await stat(path, { bigint: true });
    }
    if (stats.isDirectory()) {
      if (!above.includes(`${stats.dev}:${stats.ino}`)) return { kind: 'folder', stats };
      return refused(path, problem('file-unreadable', { path, reason: 'link-circle' }));
    }
    const identity = await identityOf(path, stats);
    return identity.ok
      ? { kind: 'file', path, name: basename(path), folder, identity: identity.value }
      : refused(path, identity.failure.problem);
  } catch (error) {
    return refused(path, fileProblem(path, error));
  }
};

/** The names in a folder, in groups that are looked at together. */
async function* namesIn(path: string): AsyncGenerator<readonly string[], void> {
  const groups = function* (names: readonly string[]): Generator<readonly string[], void> {
    for (let at = 0; at < names.length; at += together) yield names.slice(at, at + together);
  };
  const names: string[] = [];
  let sorted = false;
  for await (const { name } of await opendir(path)) {
    names.push(name);
    if (names.length < (sorted ? together : mostSorted)) continue;
    if (!sorted) names.sort();
    sorted = true;
    yield* groups(names.splice(0));
  }
  if (!sorted) names.sort();
  yield* groups(names);
}

/** What a folder holds, without what the patterns skip. A link is followed to what it stands for before it is judged. */
const lookInside = async (at: Place, { followLinks, selection }: Walk): Promise<Looked> => {
  const seen = await look(at, followLinks);
  const name = basename(at.path);
  // The names below the given folder: patterns are relative to it.
  const below = [...at.folder.slice(1), name].join('/');
  const taken = seen.kind === 'folder' ? selection.takesFolder(below) : selection.takesFile(below);
  return taken ? seen : { kind: 'excluded', path: at.path, name };
};

async function* visit(place: Place, looked: Looked, walk: Walk): AsyncGenerator<Found, void> {
  if (looked.kind !== 'folder') {
    yield looked;
    return;
  }
  const { dev, ino } = looked.stats;
  const folder = [...place.folder, basename(place.path)].filter((name) => name !== '');
  const above = [...place.above, `${dev}:${ino}`];
  try {
    for await (const names of namesIn(place.path)) {
      if (walk.signal?.aborted === true) return;
      const places = names.map((name) => ({ path: join(place.path, name), folder, above }));
      const all = await Promise.all(places.map(async (at) => ({ at, seen: await lookInside(at, walk) })));
      for (const { at, seen } of all) yield* visit(at, seen, walk);
    }
  } catch (error) {
    yield refused(place.path, fileProblem(place.path, error));
  }
}

/**
 * The files that paths stand for, in the order of the paths, by name within a folder; memory does not grow with
 * their number. Refused, in words: links (unless `followLinks`), links that lead in a circle, pipes, sockets,
 * devices, what is missing or cannot be read, and a given folder without any file. Files of zero bytes are given.
 *
 * @param patterns which files of the given folders are taken, by paths relative to those; a file that is given itself always is.
 *   What is skipped is given as `excluded`, a folder once.
 * @param signal ends it early, without an error
 */
export async function* expand(
  paths: Iterable<string>,
  {
    followLinks = false,
    patterns = {},
    signal,
  }: {
    readonly followLinks?: boolean;
    readonly patterns?: Patterns;
    readonly signal?: AbortSignal | undefined;
  } = {},
): AsyncGenerator<Found, void> {
  const walk = { followLinks, selection: selectionOf(patterns), signal };
  const isOver = (): boolean => signal?.aborted === true;
  for (const given of paths) {
    if (isOver()) return;
    const place: Place = { path: resolve(given), folder: [], above: [] };
    let empty = true;
    let excluded = false;
    for await (const found of visit(place, await look(place, followLinks), walk)) {
      if (found.kind === 'excluded') excluded = true;
      else empty = false;
      yield found;
    }
    if (empty && !isOver())
      yield refused(place.path, problem(excluded ? 'folder-excluded' : 'folder-empty', { path: place.path }));
  }
}
