'use strict';
// Apart from stevedore.cjs, because an old Node could not even read import().
const { enableCompileCache } = require('node:module');
const { homedir } = require('node:os');
const { join } = require('node:path');

const caches = {
  win32: process.env.LOCALAPPDATA,
  darwin: join(homedir(), 'Library', 'Caches'),
};
const cache = caches[process.platform] || process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
// Starting is mostly compiling: a third of it is saved. Where nothing can be kept, nothing is said.
enableCompileCache(join(cache, 'stevedore', 'compiled'));

import('../out/main/cli.js').catch((error) => {
  process.stderr.write(
    `Stevedore could not start (${error.message}). Install it again: npm install --global stevedore\n`,
  );
  process.exitCode = 1;
});
