/** What the app was started with: the profile, and the files that a file manager or a person handed over. */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What comes from outside: by a command line, a second start, a file manager, or a link that was opened. */
export type Handed = {
  /** Absolute, in the order given, each once. */
  readonly paths: readonly string[];
  /** Where the files go; absent: to the default server. */
  readonly serverId?: string;
  /** Links that this app opens, as they came. */
  readonly links: readonly string[];
  /** Whether the dialog for files is wanted, without the window. */
  readonly choose?: true;
};

export type StartArguments = Handed & {
  /** Absolute; absent where none was named. */
  readonly profile?: string;
};

/** Characters of a link that is worth reading; a longer one is handed on cut, and refused in words. */
export const linkMost = 10_000;

/**
 * The arguments that are meant for the app: those after its own entry, which only an app that is not packed has.
 *
 * @param entries what of the command line may be the entry: the bundle's file or the app's folder, absolute
 */
export const ownWords = (argv: readonly string[], cwd: string, entries: readonly string[]): readonly string[] => {
  const entry = argv.findIndex((word, at) => at > 0 && entries.includes(path.resolve(cwd, word)));
  return argv.slice(entry === -1 ? 1 : entry + 1);
};

const schemeOf = (word: string): string | undefined =>
  // One letter is a drive.
  /^([a-z][a-z0-9+.-]+):/i.exec(word)?.[1]?.toLowerCase();

const pathOf = (word: string, cwd: string): string | undefined => {
  try {
    const scheme = schemeOf(word);
    if (scheme === 'file') return fileURLToPath(word);
    return scheme === undefined ? path.resolve(cwd, word) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Reads a command line. Options that are not the app's own are Chromium's or the system's, and are passed over; after
 * `--` everything is a path.
 *
 * @param words without the program and its entry
 * @param cwd what relative paths start from
 * @param schemes of the links that this app opens, in lower case; a link of another one names no file
 */
export const startArguments = (
  words: readonly string[],
  cwd: string,
  schemes: readonly string[] = [],
): StartArguments => {
  const options = new Map<string, string>();
  let choose = false;
  const paths = new Set<string>();
  const links = new Set<string>();
  const ended = words.indexOf('--');
  const optionsEnd = ended === -1 ? words.length : ended;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '' || at === optionsEnd) continue;
    if (at < optionsEnd && word.startsWith('-')) {
      if (word === '--choose') choose = true;
      const [name = '', value] = word.split(/=(.*)/s, 2);
      if (name !== '--profile' && name !== '--server') continue;
      const named = value ?? words[++at];
      if (named !== undefined && named !== '') options.set(name, named);
      continue;
    }
    const scheme = at < optionsEnd ? schemeOf(word) : undefined;
    if (scheme !== undefined && schemes.includes(scheme)) {
      links.add(word.slice(0, linkMost));
      continue;
    }
    const found = pathOf(word, cwd);
    if (found !== undefined) paths.add(found);
  }
  const profile = options.get('--profile');
  const serverId = options.get('--server');
  return {
    paths: [...paths],
    links: [...links],
    ...(choose ? { choose } : {}),
    ...(serverId === undefined ? {} : { serverId }),
    ...(profile === undefined ? {} : { profile: path.resolve(cwd, profile) }),
  };
};

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter((one): one is string => typeof one === 'string') : [];

/**
 * What a second start hands over. It says that itself, because the system may reorder and lengthen a command line on its
 * way; where it says nothing of use the command line is read.
 */
export const handedOver = (
  said: unknown,
  words: readonly string[],
  cwd: string,
  schemes: readonly string[] = [],
): Handed => {
  if (typeof said !== 'object' || said === null || !('paths' in said) || !Array.isArray(said.paths)) {
    const { profile: _given, ...handed } = startArguments(words, cwd, schemes);
    return handed;
  }
  const serverId = 'serverId' in said && typeof said.serverId === 'string' ? said.serverId : undefined;
  return {
    paths: strings(said.paths).filter((one) => path.isAbsolute(one)),
    links: 'links' in said ? strings(said.links).map((one) => one.slice(0, linkMost)) : [],
    ...('choose' in said && said.choose === true ? { choose: true } : {}),
    ...(serverId === undefined ? {} : { serverId }),
  };
};

/** The command line that hands files over to a later start. Links stay out of it: one may hold a password. */
export const wordsFor = ({ paths, serverId }: Handed): readonly string[] => [
  ...(serverId === undefined ? [] : ['--server', serverId]),
  '--',
  ...paths,
];
