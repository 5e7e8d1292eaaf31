/** What the app was started with: the profile, and the files that a file manager or a person handed over. */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

export type StartArguments = {
  /** Absolute; absent where none was named. */
  readonly profile?: string;
  /** Absolute, in the order given, each once. */
  readonly paths: readonly string[];
};

/**
 * The arguments that are meant for the app: those after its own entry, which only an app that is not packed has.
 *
 * @param entries what of the command line may be the entry: the bundle's file or the app's folder, absolute
 */
export const ownWords = (argv: readonly string[], cwd: string, entries: readonly string[]): readonly string[] => {
  const entry = argv.findIndex((word, at) => at > 0 && entries.includes(path.resolve(cwd, word)));
  return argv.slice(entry === -1 ? 1 : entry + 1);
};

const pathOf = (word: string, cwd: string): string | undefined => {
  if (/^file:/i.test(word)) {
    try {
      return fileURLToPath(word);
    } catch {
      return undefined;
    }
  }
  // A link of another kind names no file. One letter is a drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(word)) return undefined;
  return path.resolve(cwd, word);
};

/**
 * Reads a command line. Options that are not the app's own are Chromium's or the system's, and are passed over; after
 * `--` everything is a path.
 *
 * @param words without the program and its entry
 * @param cwd what relative paths start from
 */
export const startArguments = (words: readonly string[], cwd: string): StartArguments => {
  let profile: string | undefined;
  const paths = new Set<string>();
  const ended = words.indexOf('--');
  const options = ended === -1 ? words.length : ended;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '' || at === options) continue;
    if (at < options && word.startsWith('-')) {
      const [name, value] = word.split(/=(.*)/s, 2);
      if (name !== '--profile') continue;
      const named = value ?? words[++at];
      if (named !== undefined && named !== '') profile = path.resolve(cwd, named);
      continue;
    }
    const found = pathOf(word, cwd);
    if (found !== undefined) paths.add(found);
  }
  return { paths: [...paths], ...(profile === undefined ? {} : { profile }) };
};

/**
 * The files of a second start. It says them itself, because the system may reorder and lengthen a command line on its
 * way; where it says nothing of use the command line is read.
 */
export const handedOver = (said: unknown, words: readonly string[], cwd: string): readonly string[] => {
  if (typeof said === 'object' && said !== null && 'paths' in said && Array.isArray(said.paths)) {
    const paths = said.paths as readonly unknown[];
    return paths.filter((one): one is string => typeof one === 'string' && path.isAbsolute(one));
  }
  return startArguments(words, cwd).paths;
};
