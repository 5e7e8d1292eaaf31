/** The files of the window: which one an address means, and as what it is served. */
import * as path from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export type BundleFile = { readonly path: string; readonly type: string };

/**
 * The file of a folder that an address means; its start page for `/`. `undefined` for whatever is not plainly a file
 * below the folder: kinds that the window has none of, hidden files, and every way out.
 */
export const bundleFile = (folder: string, url: string): BundleFile | undefined => {
  const pathname = URL.parse(url)?.pathname;
  if (pathname === undefined) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const parts = (name === '/' ? '/index.html' : name).split('/').slice(1);
  // What a system might read as another folder, a stream, a device or an end is no name of ours.
  if (parts.some((part) => !/^[\w][\w.-]*$/.test(part) || part.endsWith('.'))) return undefined;
  const type = types[path.extname(parts.at(-1) ?? '')];
  return type === undefined ? undefined : { path: path.join(folder, ...parts), type };
};
