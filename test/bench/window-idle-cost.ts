/**
 * What an open window costs while three transfers run among 100,000: messages over its socket, CPU of the process
 * that draws it, and what it adds to its host, which runs the engine too. Turns with and without it alternate.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../main/api/connect.ts';
import { seedProfile } from '../pictures/profile.ts';
import { type Bench, GiB, sparseFile } from './bench.ts';
import { cpuSeconds } from './cpu.ts';
import { valueRow } from './row.ts';
import { startServer } from './server.ts';
import { openWindow } from './window.ts';

/** Enough for the three to last. Bytes/s, all together. */
const rate = 12e6;

export const windowIdleCost: Bench = async (setting) => {
  const { folder, quick } = setting;
  const seconds = quick ? 2 : 15;
  const turns = quick ? 1 : 5;
  const profile = join(folder, 'profile');
  await seedProfile(profile, Date.now(), quick ? 1_000 : 100_000, true);
  const server = await startServer(join(folder, 'server'));
  try {
    const { client, stop } = await connect({ profile, serve: false });
    const { server: saved } = await client.call('servers.add', { address: server.url, name: 'bench' });
    await client.call('settings.set', { atOnce: 3, perServer: 3, limitBytesPerSecond: rate });
    const paths: string[] = [];
    for (const name of ['one', 'two', 'three']) paths.push(await sparseFile(join(folder, name), 4 * GiB));
    await client.call('transfers.add', { paths, serverId: saved.id });
    await stop('now');

    const window = await openWindow(setting, profile, folder);
    try {
      const session = await window.browser.newBrowserCDPSession();
      const messages: number[] = [];
      const drawing: number[] = [];
      const others: number[] = [];
      const [hostWith, hostWithout]: [number[], number[]] = [[], []];
      // The three come on their way, and what a start checks is checked.
      await sleep(quick ? 1_000 : 8_000);
      for (let turn = 0; turn < turns; turn++) {
        const idle = cpuSeconds(window.pid);
        await sleep(seconds * 1000);
        hostWithout.push((cpuSeconds(window.pid) - idle) / seconds);

        const page = await window.context.newPage();
        let heard = 0;
        page.on('websocket', (socket) => socket.on('framereceived', () => heard++));
        await page.goto(window.url);
        await page.locator('[role=row][data-state=uploading]').nth(2).waitFor();
        await sleep(quick ? 500 : 3_000);
        const of = async (): Promise<{ readonly drawing: number; readonly others: number; readonly host: number }> => {
          const { processInfo } = await session.send('SystemInfo.getProcessInfo');
          const sum = (types: readonly string[]): number =>
            processInfo.reduce((all, { type, id }) => all + (types.includes(type) ? cpuSeconds(id) : 0), 0);
          return {
            drawing: sum(['renderer']),
            others: sum(['browser', 'GPU', 'utility']),
            host: cpuSeconds(window.pid),
          };
        };
        const before = await of();
        heard = 0;
        await sleep(seconds * 1000);
        messages.push(heard / seconds);
        const after = await of();
        drawing.push((after.drawing - before.drawing) / seconds);
        others.push((after.others - before.others) / seconds);
        hostWith.push((after.host - before.host) / seconds);
        await page.close();
      }
      const added = hostWith.map((host, turn) => host - (hostWithout[turn] ?? 0));
      const percent = (runs: readonly number[]): readonly number[] => runs.map((run) => run * 100);
      return [
        valueRow('window-idle-messages', '1/s', messages),
        valueRow('window-idle-cost', '% of a core', percent(drawing.map((run, turn) => run + (added[turn] ?? 0)))),
        valueRow('window-idle-cost-renderer', '% of a core', percent(drawing)),
        valueRow('window-idle-cost-host', '% of a core', percent(added)),
        valueRow('window-idle-browser-rest', '% of a core', percent(others)),
        valueRow('window-idle-engine', '% of a core', percent(hostWithout)),
      ];
    } finally {
      await window.stop();
    }
  } finally {
    await server.stop();
  }
};
