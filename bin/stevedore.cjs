#!/usr/bin/env node
'use strict';
// Plain old JavaScript: whatever Node runs this must be able to read it, so that one too old is told so in words.
var needed = 24;
var found = parseInt(process.versions.node, 10);
if (found < needed) {
  process.stderr.write(
    'Stevedore needs Node ' +
      needed +
      ' or newer; this is ' +
      process.version +
      ' (' +
      process.execPath +
      ').\n' +
      'Install a newer one from https://nodejs.org, then try again.\n',
  );
  process.exitCode = 2;
} else {
  require('./start.cjs');
}
