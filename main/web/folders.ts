/** The host's own folders, as far as a browser may see them: what is below one root, links followed and judged. */
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { problem, type Problem } from '../../preload/problems.ts';
import type { BrowseEntry, WindowCallOutput } from '../../preload/window.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { refuse } from '../api/window-api.ts';
import { codeOf } from '../engine/error-code.ts';

/** Entries of a folder that are listed. */
const listedMost = 10_000;
/** Files that are looked at together. */
const together = 64;

/** Whether a path is a folder or something in it; both are normal and absolute. */
export const isBelow = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

export type Folders = {
  readonly browse: (path: string | undefined) => Promise<WindowCallOutput<'window.browse'>>;
  /** Where a path really leads, or why a browser may not have it. */
  readonly judge: (path: string) => Promise<{ readonly path: string } | { readonly problem: Problem }>;
};

/**
 * @param root the folder that nothing leads out of
 * @param profile is not shown, wherever it lies: passwords are in it
 * @param inbox may be named all the same, though it is not listed
 */
export const openFolders = async (root: string, profile: string, inbox: string): Promise<Folders> => {
  const [realRoot, realProfile, realInbox] = await Promise.all([realpath(root), realpath(profile), realpath(inbox)]);
  const isWithin = (path: string, asGiven: readonly string[]): boolean =>
    [realRoot, realInbox, ...asGiven].some((folder) => isBelow(path, folder));
  const isSecret = (path: string): boolean => isBelow(path, realProfile) && !isBelow(path, realInbox);

  const judge: Folders['judge'] = async (given) => {
    const outside = { problem: problem('outside-root', { path: given, root: realRoot }) };
    if (given.includes('\0') || !isAbsolute(given)) return outside;
    // Not even whether there is something is told of what lies outside.
    if (!isWithin(normalize(given), [normalize(root), normalize(inbox)])) return outside;
    try {
      const real = await realpath(given);
      if (!isWithin(real, [])) return outside;
      return isSecret(real) ? { problem: problem('not-in-browser', { what: 'opening-profile' }) } : { path: real };
    } catch (error) {
      const code = codeOf(error);
      const missing = code === 'ENOENT' || code === 'ENOTDIR';
      return missing
        ? { problem: problem('file-missing', { path: given }) }
        : { problem: problem('file-unreadable', { path: given, reason: asSaid(code) }) };
    }
  };

  /** An entry as it is shown; `undefined` for what leads out, and for what is neither file nor folder. */
  const look = async (folder: string, name: string): Promise<BrowseEntry | undefined> => {
    try {
      let path = join(folder, name);
      if ((await lstat(path)).isSymbolicLink()) {
        path = await realpath(path);
        if (!isBelow(path, realRoot)) return undefined;
      }
      if (isSecret(path)) return undefined;
      const found = await stat(path);
      if (found.isDirectory()) return { name, path, folder: true, modifiedAt: found.mtimeMs };
      return found.isFile() ? { name, path, folder: false, size: found.size, modifiedAt: found.mtimeMs } : undefined;
    } catch {
      return undefined;
    }
  };

  const namesIn = async (folder: string): Promise<{ readonly names: readonly string[]; readonly more: boolean }> => {
    const names: string[] = [];
    try {
      for await (const { name } of await opendir(folder)) {
        if (names.length === listedMost) return { names, more: true };
        names.push(name);
      }
    } catch (error) {
      refuse(problem('folder-unreadable', { path: folder, reason: asSaid(codeOf(error)) }));
    }
    return { names, more: false };
  };

  return {
    judge,
    browse: async (given) => {
      const judged = given === undefined ? { path: realRoot } : await judge(given);
      if ('problem' in judged) return refuse(judged.problem);
      const { path } = judged;
      if (!isBelow(path, realRoot)) return refuse(problem('outside-root', { path, root: realRoot }));
      const { names, more } = await namesIn(path);
      const entries: BrowseEntry[] = [];
      for (let at = 0; at < names.length; at += together) {
        const looked = await Promise.all(names.slice(at, at + together).map((name) => look(path, name)));
        entries.push(...looked.filter((entry) => entry !== undefined));
      }
      const order = new Intl.Collator(undefined, { numeric: true });
      entries.sort((a, b) => Number(b.folder) - Number(a.folder) || order.compare(a.name, b.name));
      return { path, ...(path === realRoot ? {} : { parent: dirname(path) }), entries, more };
    },
  };
};
