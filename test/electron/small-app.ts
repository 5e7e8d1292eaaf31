/** Small apps of a test's own, and an answer to what Electron's rules say of their code. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone after the test: `await using`. */
export const temporary = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'stand-in-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};

/** Writes an app whose main module is `main`. Gives its folder. */
export const writeApp = async (
  folder: string,
  main: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> => {
  await writeFile(join(folder, 'package.json'), '{"name":"small","version":"0.0.1","type":"module","main":"main.js"}');
  await writeFile(join(folder, 'main.js'), main);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
};
