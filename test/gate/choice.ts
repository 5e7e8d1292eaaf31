/** What a run of the tests covers, as its arguments say it. */
import { globSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';

/** The rest of the tests is divided into so many parts; each commit runs one of them. */
export const fifths = 5;

export interface Choice {
  /** Everything, not only what one gate takes. */
  readonly all: boolean;
  /** 1 to 5; undefined: as the commit says. */
  readonly fifth: number | undefined;
  /** Of what is random; undefined: a fixed one, or with `all` a new one. */
  readonly seed: number | undefined;
  /** Paths of unit tests, and of specs, or of folders of them. Both are empty: every test. */
  readonly units: readonly string[];
  readonly specs: readonly string[];
}

/** Test files that there are, relative to the root of the project. */
export interface TestFiles {
  readonly units: readonly string[];
  readonly specs: readonly string[];
}

/** Finds all test files below `root`. */
export const findTests = (root: string): TestFiles => ({
  units: globSync('{main,preload,renderer,test}/**/*.test.ts', { cwd: root }),
  specs: globSync('test/e2e/window/*.spec.ts', { cwd: root }),
});

const whole = (text: string | undefined, name: string, most: number): number | undefined | Error => {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  return new Error(`--${name} takes a whole number from 1 to ${most}, not "${text}".`);
};

/**
 * Reads the arguments of a run: `[--all] [--fifth N] [--seed N] [PATH…]`. A path is relative to `root` or absolute,
 * names a test file or a folder of them, and may end in `:LINE`. Returns an error in words where one is not known.
 */
export const readChoice = (args: readonly string[], root: string, files: TestFiles): Choice | Error => {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { all: { type: 'boolean', default: false }, fifth: { type: 'string' }, seed: { type: 'string' } },
    });
  } catch (error) {
    return error as Error;
  }
  const { values, positionals } = parsed;
  const fifth = whole(values.fifth, 'fifth', fifths);
  if (fifth instanceof Error) return fifth;
  const seed = whole(values.seed, 'seed', 999_999);
  if (seed instanceof Error) return seed;
  const [units, specs]: [string[], string[]] = [[], []];
  for (const given of positionals) {
    const path = (isAbsolute(given) ? relative(root, given) : relative('.', given)).split(sep).join('/');
    const file = path.replace(/(:\d+)+$/, '');
    const holds = (test: string): boolean => test === file || test.startsWith(`${file}/`);
    const kinds = [files.units.some(holds), files.specs.some(holds)];
    if (kinds[0] === true) units.push(path);
    if (kinds[1] === true) specs.push(path);
    if (!kinds.includes(true)) return new Error(`There is no test at ${given}.`);
  }
  return { all: values.all, fifth, seed, units, specs };
};

/** Which part of the rest a commit runs, 1 to 5. `commit`: its hash in hexadecimal digits. */
export const fifthOf = (commit: string): number => (Number.parseInt(commit.slice(0, 8), 16) % fifths) + 1;
