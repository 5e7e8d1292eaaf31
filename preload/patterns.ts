/** Which files of a folder are uploaded, by patterns as a `.gitignore` has them. */
import ignore from 'ignore';

/** What systems leave in folders, and nobody wants to upload. */
export const usualExcludes: readonly string[] = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

/** Longest pattern, characters, and how many there may be. */
export const patternLongest = 200;
export const patternsMost = 100;

/** Wildcards in one name of a path: more would take too long to try on a long name. */
const wildcardsMost = 3;
/** Paths that are remembered by the library until it starts afresh. */
const rememberedMost = 10_000;

/** Whether a text can be used as a pattern: not empty, on one line, and tried on any name in a moment. */
export const isPattern = (text: string): boolean => {
  if (text.trim() === '' || text.length > patternLongest || /[\n\r\0]/.test(text)) return false;
  return text.split('/').every((name) => (name.match(/\*+|\?/g) ?? []).length <= wildcardsMost || !name.includes('*'));
};

export type Patterns = {
  /** What matches is skipped; a pattern that begins with `!` takes back what an earlier one skips. */
  readonly exclude?: readonly string[];
  /** Where there are any, a file is uploaded only if one of them matches it or a folder above it. */
  readonly include?: readonly string[];
};

/** Says of paths below a folder, with `/` between names, whether they are taken. */
export type Selection = {
  /** Whether a folder is looked into. */
  readonly takesFolder: (path: string) => boolean;
  readonly takesFile: (path: string) => boolean;
};

const takesAll: Selection = { takesFolder: () => true, takesFile: () => true };

/** Tells whether patterns match a path. Capitals do not count: systems differ in whether they tell names apart by them. */
const matcherOf = (patterns: readonly string[]): ((path: string) => boolean) => {
  const fresh = () => ignore({ ignoreCase: true, allowRelativePaths: true }).add([...patterns]);
  let matcher = fresh();
  let remembered = 0;
  return (path) => {
    if (++remembered > rememberedMost) {
      matcher = fresh();
      remembered = 1;
    }
    return matcher.ignores(path);
  };
};

/** The selection that patterns make; unusable ones are passed over, because they are refused before they come here. */
export const selectionOf = ({ exclude = [], include = [] }: Patterns): Selection => {
  const [excludes, includes] = [exclude.filter(isPattern), include.filter(isPattern)];
  if (excludes.length === 0 && includes.length === 0) return takesAll;
  const isExcluded = excludes.length === 0 ? () => false : matcherOf(excludes);
  const isIncluded = includes.length === 0 ? () => true : matcherOf(includes);
  return {
    takesFolder: (path) => !isExcluded(`${path}/`),
    takesFile: (path) => !isExcluded(path) && isIncluded(path),
  };
};
