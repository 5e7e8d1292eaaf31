import * as fc from 'fast-check';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { bundleFile } from './bundle-file.ts';

const root = path.resolve('/app/out/renderer');
const at = (pathname: string): unknown => bundleFile(root, `app://bundle${pathname}`);

test('serves the start page, and files with their types', () => {
  expect(at('/')).toEqual({ path: path.join(root, 'index.html'), type: 'text/html; charset=utf-8' });
  expect(at('/assets/index-D3x_9.js?v=1#x')).toEqual({
    path: path.join(root, 'assets', 'index-D3x_9.js'),
    type: 'text/javascript; charset=utf-8',
  });
});

test('serves nothing that leads out of the folder', () => {
  for (const way of [
    '/../main/index.js',
    '/%2e%2e/main/index.js',
    '/..%2fmain%2findex.js',
    '/assets/..%5c..%5cmain%5cindex.js',
    '/assets//index.js',
    '/./index.html%00.js',
    '/C:%5cx.js',
    '/index.html::$DATA',
    '/.env.json',
    '/%E0%A4%A.js',
    '//index.html',
    '/index.js.',
  ]) {
    const found = at(way) as { path: string } | undefined;
    // The address itself folds `..`, which may leave a name inside.
    if (found !== undefined) expect(found.path.startsWith(root + path.sep), way).toBe(true);
    if (!/^\/(\.\.|%2e%2e)\/main/.test(way)) expect(found, way).toBeUndefined();
  }
});

test('serves no kind of file that the window has none of', () => {
  for (const way of ['/index.js.map', '/x.node', '/x', '/assets/']) expect(at(way), way).toBeUndefined();
});

test('whatever the address, what it finds is below the folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const found = bundleFile(root, `app://bundle/${text}`);
      return found === undefined || found.path.startsWith(root + path.sep);
    }),
  );
});
