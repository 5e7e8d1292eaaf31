/** The demo where there is a screen: a sample file is on its way, and the window shows it until somebody ends it. */
import { once } from 'node:events';
import { linesOf } from '../dev/children.ts';
import { bytes } from '../../preload/format.ts';
import { root, say, size, type Line, type Stage } from './stage.ts';

/** Slow enough to be watched. */
const rate = '1M';

const queueSample = async (stage: Stage): Promise<void> => {
  await stage.run('settings', 'limit-rate', rate, '--json');
  await stage.run('add', stage.file, '--expire', '1h', '--json');
  say(`A sample file of ${bytes(size)} is on its way, at ${rate}B/s.`);
};

const tellEnd = (how: string): void => {
  say(`${how} ends the demo and removes everything it made. Drop a file of your own on the window until then.`);
};

/** The app, until it is quit. @param electron the path of Electron's binary */
export const inApp = async (stage: Stage, electron: string): Promise<void> => {
  await queueSample(stage);
  // Chromium's sandbox does not start for root, which containers run as.
  const rooted = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const words = [...rooted, root, `--user-data-dir=${stage.profile}`, '--profile', stage.profile];
  const app = stage.children.start(electron, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = once(app, 'exit');
  await once(app, 'spawn');
  say('The app opens.');
  tellEnd('Quitting it, or Ctrl-C here,');
  const [code] = (await gone) as [number | null];
  if (code !== 0) throw new Error(`the app ended with ${code ?? 'a signal'}`);
};

/** The window in the system's browser, until its host ends. */
export const inBrowser = async (stage: Stage): Promise<void> => {
  await queueSample(stage);
  const web = stage.start('web', '--open', '--json', '--root', stage.folder);
  const gone = once(web, 'close');
  const lines = linesOf<Line>(web);
  const ready = await lines.next();
  const url = ready.done === true ? undefined : ready.value.url;
  if (url === undefined) throw new Error('the window did not start');
  say(`The window opens in your browser. Where it does not, this link does, once:\n  ${url}`);
  tellEnd('Ctrl-C');
  web.stdout?.resume();
  const [code] = (await gone) as [number | null];
  if (code !== 0) throw new Error(`the window ended with ${code ?? 'a signal'}`);
};
