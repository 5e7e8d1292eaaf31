/** Where the parts of a built app lie, seen from out/main. */
import * as path from 'node:path';

const here = import.meta.dirname;

export const places = {
  entry: path.join(here, 'index.js'),
  icons: path.join(here, 'icons'),
  preload: path.join(here, '..', 'preload', 'index.cjs'),
  renderer: path.join(here, '..', 'renderer'),
} as const;
