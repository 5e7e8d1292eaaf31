// npm run dev [-- --profile DIR] [--port N]: the window with its sources; what is saved in renderer is there at once.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hasDisplay } from '../demo/way.ts';
import { electronBinary } from '../electron/host.ts';
import { ensureBuilt } from './built.ts';
import { startDev } from './dev.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { profile: { type: 'string' }, port: { type: 'string', default: '5173' } } });
const say = (text: string): void => void process.stdout.write(`${text}\n`);

// Never the person's own queue, unless they say so.
const profile = resolve(values.profile ?? join(root, '.cache/dev-profile'));
mkdirSync(profile, { recursive: true, mode: 0o700 });
// The app's main process and preload script, and what the host of the window wants to be there.
ensureBuilt(root);
const dev = await startDev({
  root,
  host: root,
  profile,
  files: homedir(),
  port: Number(values.port),
  cache: join(root, '.cache/vite'),
});
say(`The window, in a browser: ${dev.link}`);
say(`Its profile is ${profile}. What you save in renderer/ is there at once; main/ and preload/ need a new start.`);

let ending: Promise<void> | undefined;
const electron = electronBinary();
const app =
  electron !== undefined && hasDisplay(process)
    ? spawn(electron, [root, '--profile', profile], {
        stdio: 'inherit',
        env: { ...process.env, STEVEDORE_DEV_URL: dev.url },
      })
    : undefined;
app?.on('error', (error) => say(`Electron does not start: ${error.message}`));
say(app === undefined ? 'The app: Electron or a screen is missing here; see npm start.' : 'The app opens as well.');

const end = (code: number): void => {
  app?.kill();
  ending ??= dev.close().then(() => process.exit(code));
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
dev.host.once('exit', (code) => end(code ?? 1));
