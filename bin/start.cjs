'use strict';
// Apart from stevedore.cjs, because an old Node could not even read import().
import('../out/main/cli.js').catch((error) => {
  process.stderr.write(
    `Stevedore could not start (${error.message}). Install it again: npm install --global stevedore\n`,
  );
  process.exitCode = 1;
});
