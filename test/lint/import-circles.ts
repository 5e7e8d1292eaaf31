/** Circles of imports: files that cannot be read, moved or tested without each other. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';

const isSource = (name: string): boolean => /\.(ts|svelte)$/.test(name) && !name.endsWith('.test.ts');

/** What of a component is no code must not be read as such. */
const codeOf = (file: string): string => {
  const text = fs.readFileSync(file, 'utf8');
  return file.endsWith('.svelte') ? text.slice(0, Math.max(0, text.lastIndexOf('</script>'))) : text;
};

const importsOf = (file: string): readonly string[] =>
  ts
    .preProcessFile(codeOf(file), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.resolve(path.dirname(file), name));

/**
 * Finds files that import each other, directly or through others; imports of types count.
 *
 * @param root absolute
 * @param folders below it that are looked through, but for their tests
 * @returns one list for each circle, of all files that are on it, relative to `root` and sorted
 */
export const importCircles = (root: string, folders: readonly string[]): readonly (readonly string[])[] => {
  const files = folders
    .flatMap((folder) => fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  // Tarjan: a file is on a circle with all that are above it on the stack when nothing that it reaches is older.
  const order = new Map<string, number>();
  const stack: string[] = [];
  const circles: (readonly string[])[] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    stack.push(file);
    let oldest = own;
    for (const next of imports.get(file) ?? [])
      if (!order.has(next)) oldest = Math.min(oldest, imports.has(next) ? visit(next) : own);
      else if (stack.includes(next)) oldest = Math.min(oldest, order.get(next) ?? own);
    if (oldest === own) {
      const circle = stack.splice(stack.lastIndexOf(file));
      if (circle.length > 1 || (imports.get(file) ?? []).includes(file))
        circles.push(circle.map((one) => path.relative(root, one)).sort());
    }
    return oldest;
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return circles;
};
