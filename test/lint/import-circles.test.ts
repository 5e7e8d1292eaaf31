import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importCircles } from './import-circles.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('no files of the product import each other in a circle', () => {
  expect(importCircles(root, ['main', 'preload', 'renderer'])).toEqual([]);
});

test.each([
  [
    'two files',
    { 'a.ts': "import { b } from './b.ts';", 'b.ts': "export { a } from './a.ts';" },
    ['src/a.ts', 'src/b.ts'],
  ],
  [
    'types',
    { 'a.ts': "import type { B } from './b.ts';", 'b.ts': "import { type A } from './a.ts';" },
    ['src/a.ts', 'src/b.ts'],
  ],
  [
    'a component and a file that is loaded later',
    {
      'A.svelte': "<script lang=\"ts\">\n  import { b } from './below/b.ts';\n</script>\n<p>it's</p>",
      'below/b.ts': "export const b = () => import('../c.ts');",
      'c.ts': "import A from './A.svelte';",
      'd.ts': "import { b } from './below/b.ts';",
    },
    ['src/A.svelte', 'src/below/b.ts', 'src/c.ts'],
  ],
] as const)('a circle of %s is found', (_, files, circle) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-circles-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, 'src', name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  expect(importCircles(folder, ['src'])).toEqual([circle]);
});

test('files that are imported from several places are no circle', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-circles-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.mkdirSync(path.join(folder, 'src'));
  fs.writeFileSync(path.join(folder, 'src/a.ts'), "import './b.ts';\nimport './c.ts';");
  fs.writeFileSync(path.join(folder, 'src/b.ts'), "import './c.ts';");
  fs.writeFileSync(path.join(folder, 'src/c.ts'), "import '../a.ts';");
  expect(importCircles(folder, ['src'])).toEqual([]);
});
