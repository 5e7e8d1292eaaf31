/**
 * A file of 1 GiB that is dropped in a browser, on its way to the inbox, against `curl -T` to the same port: the same
 * file to the same route with the same cookie, in turns. Both are given the time from their request to its answer.
 */
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { connect } from '../../main/api/connect.ts';
import { seedProfile } from '../pictures/profile.ts';
import { type Bench, GiB, MiB, run, sparseFile } from './bench.ts';
import { ratioRow, valueRow } from './row.ts';
import { openWindow } from './window.ts';

/** Sends a body of a page's own, as the window does; runs in the page. Gives the seconds. */
const sendFile = ([address, input]: readonly [string, HTMLInputElement]): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', address);
    const began = performance.now();
    request.onload = () => {
      if (request.status === 200) resolve((performance.now() - began) / 1000);
      else reject(new Error(`${request.status}: ${request.responseText}`));
    };
    request.onerror = () => reject(new Error('the connection broke'));
    request.send(input.files?.[0] ?? null);
  });

/** What a plain copy to the same disk takes, without waiting for the disk itself. Seconds. */
const writePlain = async (path: string, size: number): Promise<number> => {
  const block = Buffer.alloc(MiB);
  const began = performance.now();
  const file = await open(path, 'w');
  for (let at = 0; at < size; at += MiB) await file.write(block);
  await file.close();
  const seconds = (performance.now() - began) / 1000;
  await rm(path);
  return seconds;
};

export const inboxDrop: Bench = async (setting) => {
  const { folder, quick } = setting;
  const size = quick ? 16 * MiB : GiB;
  const file = await sparseFile(join(folder, 'dropped'), size);
  const profile = join(folder, 'profile');
  await seedProfile(profile, Date.now(), 0, true);
  const window = await openWindow(setting, profile, folder);
  try {
    const page = await window.context.newPage();
    await page.goto(window.url);
    await page.evaluate(() => {
      const input = document.createElement('input');
      input.type = 'file';
      input.id = 'dropped';
      document.body.append(input);
    });
    await page.setInputFiles('#dropped', file);
    const cookie = (await window.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const { origin } = new URL(window.url);
    const headers = { cookie, origin, 'content-type': 'application/json' };

    /** Announces the file; it waits in the queue when it has come, and is not sent anywhere. */
    const announce = async (): Promise<string> => {
      const body = JSON.stringify({ items: [{ files: [{ path: 'dropped', size }] }], options: { paused: true } });
      const answer = await fetch(`${window.url}inbox`, { method: 'POST', headers, body });
      if (answer.status !== 200) throw new Error(`the inbox answered ${answer.status}: ${await answer.text()}`);
      return `${window.url}inbox/${((await answer.json()) as { readonly token: string }).token}/0/0`;
    };
    const byBrowser = async (address: string, from: Page): Promise<number> =>
      await from.evaluate(sendFile, [address, await from.$('#dropped')] as never);
    const byCurl = async (address: string): Promise<number> => {
      const words = ['--header', `Cookie: ${cookie}`, '--header', `Origin: ${origin}`, '--header', 'Expect:'];
      const told = ['--silent', '--show-error', '--fail', '--output', '/dev/null', '--write-out', '%{time_total}'];
      return Number(await run('curl', [...words, ...told, '--upload-file', file, address]));
    };
    const { client, stop } = await connect({ profile, serve: false });
    /**
     * Takes back what has come, and waits for the disk: else whoever comes second pays for what the first one left in
     * the system's memory.
     */
    const clear = async (): Promise<void> => {
      const { rows } = await client.call('transfers.list', { order: 'newest', limit: 10 });
      const ids = rows.filter(({ name }) => name === 'dropped').map(({ id }) => id);
      if (ids.length !== 1) throw new Error(`${ids.length} files have come, not 1`);
      await client.call('transfers.wish', { wish: 'remove', filter: { ids } });
      const left = async (): Promise<boolean> =>
        (await readdir(join(profile, 'inbox'), { recursive: true })).some((path) => path.endsWith('dropped'));
      while (await left()) await sleep(20);
      await run('sync', []);
    };
    const seconds = {
      browser: async () => await byBrowser(await announce(), page),
      curl: async () => await byCurl(await announce()),
    };

    const turns: { readonly browser: number; readonly curl: number; readonly disk: number }[] = [];
    for (let turn = quick ? 1 : 0; turn < (quick ? 2 : 6); turn++) {
      const took = { browser: 0, curl: 0 };
      for (const who of turn % 2 === 0 ? (['browser', 'curl'] as const) : (['curl', 'browser'] as const)) {
        took[who] = await seconds[who]();
        await clear();
      }
      const disk = await writePlain(join(folder, 'plain'), size);
      await run('sync', []);
      // The first turn only warms up.
      if (turn > 0) turns.push({ ...took, disk });
    }
    await stop('now');
    const speed = (took: number): number => size / MiB / took;
    return [
      ratioRow(
        'inbox-drop',
        'curl',
        turns.map(({ browser, curl }) => curl / browser),
      ),
      valueRow(
        'inbox-drop-browser',
        'MiB/s',
        turns.map(({ browser }) => speed(browser)),
      ),
      valueRow(
        'inbox-drop-curl',
        'MiB/s',
        turns.map(({ curl }) => speed(curl)),
      ),
      valueRow(
        'inbox-drop-disk',
        'MiB/s',
        turns.map(({ disk }) => speed(disk)),
      ),
    ];
  } finally {
    await window.stop();
  }
};
