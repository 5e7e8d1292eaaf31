import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { addOne, testFolder, testStore } from './test-rows.ts';

const script = (folder: string, id: number): string => `
  const { openStore } = await import(${JSON.stringify(new URL('./open.ts', import.meta.url).href)});
  const { writeSync } = await import('node:fs');
  const store = openStore({ folder: ${JSON.stringify(folder)} });
  for (let n = 0; ; n++) {
    store.transaction(() => {
      store.transfers.chunkInFlight(${id}, n, 10);
      store.transfers.chunkBegun(${id}, n);
    }, 'kill');
    store.transfers.chunkAcknowledged(${id}, n, 10, { remote: { version: 1, value: { n } } });
    store.keepTold({ shareKey: 'k' + n, deleteKey: 'd' + n }, 'one', ${id});
    writeSync(1, n + '\\n');
  }`;

test('every chunk and delete key that was reported before a kill -9 is there after it', async () => {
  const folder = testFolder();
  const before = testStore(folder);
  const id = addOne(before, 'big', { size: 1e9 });
  await before.close();
  for (let round = 0; round < 2; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script(folder, id)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let last = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      if (last >= 60 * (round + 1)) child.kill('SIGKILL');
    }
    await ended;

    const store = testStore(folder);
    await store.sound;
    // No session has them: they became shares.
    expect(store.notices.map((notice) => notice.code)).toEqual(['keys-recovered']);
    const acknowledged = store.transfers.chunks(id).filter((chunk) => chunk.state === 'acknowledged');
    expect(last).toBeGreaterThanOrEqual(60);
    expect(acknowledged.length).toBeGreaterThan(last);
    expect(acknowledged.slice(0, last + 1).map((chunk) => chunk.index)).toEqual(
      Array.from({ length: last + 1 }, (_, n) => n),
    );
    expect(store.transfers.get(id)?.acknowledgedBytes).toBe(acknowledged.length * 10);
    expect(store.transfers.totals().acknowledgedBytes).toBe(acknowledged.length * 10);
    store.transfers.end(id, 'failed', 1, 'S', { share: { key: `k${last}` } });
    expect(store.shares.byKey(`k${last}`)).toMatchObject([{ deleteKey: `d${last}` }]);
    await store.close();
  }
}, 60_000);
