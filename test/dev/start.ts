// npm start [-- FILE…]: the app, built where its sources changed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { electronBinary } from '../electron/host.ts';
import { ensureBuilt } from './built.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const electron = electronBinary();
if (electron === undefined) {
  process.stderr.write(
    [
      'Electron is not on this machine yet: npm brings it only when it is asked to.',
      '  npx install-electron    downloads it; then: npm start',
      '  npm run web             shows the same window in a browser, without it',
      '',
    ].join('\n'),
  );
  process.exit(1);
}
ensureBuilt(root);
const app = spawn(electron, [root, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches both; what reaches only this one is handed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.kill(signal));
app.on('error', (error) => {
  process.stderr.write(`Electron does not start: ${error.message}\n`);
  process.exit(1);
});
app.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
