import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPattern, selectionOf, usualExcludes } from './patterns.ts';

const taken = (patterns: Parameters<typeof selectionOf>[0], ...paths: readonly string[]): readonly string[] => {
  const { takesFile } = selectionOf(patterns);
  return paths.filter(takesFile);
};

test('what systems leave in folders is skipped at any depth, whatever its capitals', () => {
  const paths = ['.DS_Store', 'a/b/thumbs.DB', 'a/Desktop.ini', 'a/desktop.ini.txt', 'DS_Store'];
  expect(taken({ exclude: usualExcludes }, ...paths)).toEqual(['a/desktop.ini.txt', 'DS_Store']);
});

test('patterns mean what they mean in a .gitignore', () => {
  const exclude = ['*.tmp', '/build', 'cache/', 'docs/**/draft', '!keep.tmp', String.raw`\!odd`, 'a b '];
  const paths = [
    'x.tmp',
    'in/x.tmp',
    'in/keep.tmp',
    'build',
    'in/build',
    'cache',
    'in/cache/x',
    'docs/a/b/draft',
    '!odd',
  ];
  expect(taken({ exclude }, ...paths)).toEqual(['in/keep.tmp', 'in/build', 'cache']);
});

test('a folder that is skipped is not looked into, and what is in it cannot be taken back', () => {
  const { takesFolder, takesFile } = selectionOf({ exclude: ['node_modules/', '!node_modules/a'] });
  expect([takesFolder('node_modules'), takesFolder('a/node_modules'), takesFolder('src')]).toEqual([
    false,
    false,
    true,
  ]);
  expect(takesFile('node_modules/a')).toBe(false);
});

test('where files are included, no others are taken, and folders are still looked into', () => {
  const include = ['*.jpg', 'raw/'];
  expect(taken({ include, exclude: ['b.jpg'] }, 'a.jpg', 'in/c.JPG', 'b.jpg', 'a.txt', 'raw/a.txt')).toEqual([
    'a.jpg',
    'in/c.JPG',
    'raw/a.txt',
  ]);
  expect(selectionOf({ include }).takesFolder('in')).toBe(true);
});

test('any name can be asked about, and without patterns everything is taken', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }), (name) => {
      const path = name.replaceAll(/[/\0]/g, '_');
      expect(selectionOf({ exclude: ['nothing-like-it.*'] }).takesFile(path)).toBe(true);
      expect(selectionOf({}).takesFolder(path)).toBe(true);
    }),
  );
});

test('what cannot be a pattern, or takes too long to try, is none', () => {
  for (const text of ['', '  ', 'a\nb', 'x'.repeat(201), '*a*b*c*d', '**a?b?c*'])
    expect([text, isPattern(text)]).toEqual([text, false]);
  for (const text of ['*.tmp', 'a/**/b/*', '*a*b*', '????.jpg', '!x', '#'])
    expect([text, isPattern(text)]).toEqual([text, true]);
});

test('no pattern that is taken holds up a long name', () => {
  const { takesFile } = selectionOf({ exclude: ['*a*a*b', '*.*.*x'] });
  // With more wildcards this would not end.
  expect(takesFile(`${'a'.repeat(250)}c`)).toBe(true);
  expect(takesFile(`${'.'.repeat(250)}y`)).toBe(true);
});
