/**
 * From the launch of the app to its asking for its first window: its main bundle as it ships, on the stand-in for
 * Electron under Node. Nothing is subtracted: the start of Node and the loading of the stand-in's own sources are in
 * it. What they take alone is shown beside it, by an app that does nothing but open a window. Electron's own start is
 * not measured.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { FirstWindow } from './app-program.ts';
import { type Bench, makeProfile, freshProfile } from './bench.ts';
import { valueRow } from './row.ts';
import { startServer } from './server.ts';

const bare = `import { app, BrowserWindow } from 'electron';
app.whenReady().then(() => new BrowserWindow({ show: false }));
`;

const program = fileURLToPath(new URL('./app-program.ts', import.meta.url));

export const appFirstWindow: Bench = async ({ folder, app, quick }) => {
  const server = await startServer(join(folder, 'server'));
  const saved = await makeProfile(join(folder, 'saved'), server.url);
  await server.stop();
  const empty = join(folder, 'empty');
  await mkdir(join(empty, 'out/main'), { recursive: true });
  await writeFile(join(empty, 'out/main/index.js'), bare);
  await writeFile(join(empty, 'package.json'), JSON.stringify({ name: 'empty', version: '1.0.0', type: 'module' }));
  const start = async (which: string): Promise<FirstWindow> => {
    const profile = await freshProfile(saved, join(folder, 'profile'));
    await mkdir(join(folder, 'run'), { recursive: true });
    // A group of its own: its browser may have been started by then.
    const child = spawn(process.execPath, [program, which, `--user-data-dir=${profile}`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_RUNTIME_DIR: join(folder, 'run') },
    });
    const gone = once(child, 'exit');
    const [printed, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await gone;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
    if (printed === '') throw new Error(`the app asked for no window: ${said}`);
    return JSON.parse(printed) as FirstWindow;
  };
  // The first start reads everything from the disk.
  if (!quick) await start(app);
  const times: FirstWindow[] = [];
  const alone: number[] = [];
  for (let turn = 0; turn < (quick ? 1 : 9); turn++) {
    times.push(await start(app));
    alone.push((await start(empty)).asked);
  }
  return [
    valueRow(
      'app-first-window',
      'ms',
      times.map(({ asked }) => asked),
    ),
    valueRow(
      'app-first-window-bundle',
      'ms',
      times.map(({ begun, asked }) => asked - begun),
    ),
    valueRow('app-first-window-stand-in', 'ms', alone),
  ];
};
