// npm run demo [-- --built]: Stevedore at work on a practice server, in the best window that this place has.
import { parseArgs } from 'node:util';
import { bytes, duration } from '../../preload/format.ts';
import { buildAll } from '../dev/built.ts';
import { electronBinary } from '../electron/host.ts';
import { inTerminal, tellWindow } from './in-terminal.ts';
import { inApp, inBrowser } from './in-window.ts';
import { chunk, root, say, Stage } from './stage.ts';
import { wayOf } from './way.ts';

const { values } = parseArgs({ options: { built: { type: 'boolean' } } });
const began = Date.now();
if (values.built !== true) {
  say('Building …');
  if (!buildAll(root)) process.exit(1);
}

const { platform, env } = process;
const electron = electronBinary();
const way = wayOf({ platform, env, electron });

const stage = await Stage.set();
const interrupted = new AbortController();
let clearing: Promise<void> | undefined;
const clear = (): Promise<void> => (clearing ??= stage.clear());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    interrupted.abort();
    void clear().then(() => {
      say('Nothing of the demo is left behind.');
      process.exit(signal === 'SIGINT' && way !== 'terminal' ? 0 : 130);
    });
  });

try {
  const url = await stage.practice();
  say(`A practice server answers at ${url}, with chunks of ${bytes(chunk)}.`);
  if (way === 'app' && electron !== undefined) await inApp(stage, electron);
  else if (way === 'browser') await inBrowser(stage);
  else {
    await inTerminal(stage, url);
    tellWindow();
    say(`Done in ${duration(Date.now() - began)}. Nothing of this is left behind; with a server of your own:`);
    say('  npm run cli -- server add https://your.server   and then   npm run cli -- upload FILE');
  }
} catch (error) {
  // What was ended on purpose failed at nothing.
  if (!interrupted.signal.aborted) throw error;
} finally {
  await clear();
}
