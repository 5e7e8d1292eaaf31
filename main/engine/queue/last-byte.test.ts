import { uptime } from 'node:os';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import {
  add,
  contents,
  gate,
  heldAt,
  queue,
  reached,
  renewQueue,
  row,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

/** A file of four chunks whose second one is whole on the server, which does not answer until the gate opens. */
const unanswered = async (): Promise<{ readonly id: number; readonly answer: () => void }> => {
  server().cut = 'until-last-byte';
  const id = await add('a');
  const hold = gate();
  server().before = heldAt(hold, 'send', 1);
  await queue.start();
  await until(() => server().calls.includes('send a 1'));
  return { id, answer: hold.open };
};

const completeAt = (id: number, index: number): number | undefined =>
  store.transfers.chunks(id).find((chunk) => chunk.index === index)?.completeAt;

describe('between a chunk’s last byte and its answer', () => {
  it.each(['pause', 'cancel'] as const)('a %s waits for the answer', async (wish) => {
    const { id, answer } = await unanswered();
    await queue.wish({ ids: [id] }, wish);
    expect(queue.waitedFor).toEqual([id]);
    answer();
    await reached(id, wish === 'pause' ? 'paused' : 'cancelled');
    expect(server().calls.filter((call) => call === 'send a 1')).toHaveLength(1);
    if (wish === 'cancel') return;
    expect(row(id).acknowledgedBytes).toBe(20);
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
    expect(server().calls.filter((call) => call === 'send a 1')).toHaveLength(1);
    expect(server().stored('a')).toEqual(contents.get('a'));
  });

  it('a stop at the chunk’s end waits for the answer', async () => {
    const { id, answer } = await unanswered();
    const stopped = queue.stop('chunk');
    expect(queue.waitedFor).toEqual([id]);
    answer();
    await stopped;
    expect(row(id)).toMatchObject({ state: 'uploading', acknowledgedBytes: 20 });
  });

  it('a stop at once cuts, and it stays written down that the last byte may be out', async () => {
    const { id, answer } = await unanswered();
    const first = queue.stop('chunk');
    const second = queue.stop('now');
    answer();
    await Promise.all([first, second]);
    expect(row(id).acknowledgedBytes).toBe(10);
    expect(completeAt(id, 1)).toEqual(expect.any(Number));
  });

  it('the row says after a while that the server is working on it', async () => {
    let now = Date.now();
    renewQueue({}, () => now);
    const { id, answer } = await unanswered();
    expect(queue.live(id)?.serverWorks).toBe(false);
    now += 2_000;
    expect(queue.live(id)?.serverWorks).toBe(true);
    answer();
    await reached(id, 'done');
  });
});

describe('before a chunk’s last byte', () => {
  // Read in two blocks.
  const chunkSize = 2_000_000;

  it('a pause cuts at once', async () => {
    Object.assign(server(), { cut: 'until-last-byte', chunkSize });
    const id = await add('a', 2 * chunkSize);
    const hold = gate();
    server().before = heldAt(hold, 'send', 1);
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    expect(completeAt(id, 1)).toBeUndefined();
    await queue.wish({ ids: [id] }, 'pause');
    expect(queue.waitedFor).toEqual([]);
    hold.open();
    await reached(id, 'paused');
    expect(row(id).acknowledgedBytes).toBe(chunkSize);
    expect(completeAt(id, 1)).toBeUndefined();
  });

  it('it is written down before the last bytes that the last byte may be out, and taken back by an answer', async () => {
    Object.assign(server(), { cut: 'until-last-byte', chunkSize });
    const id = await add('a', chunkSize);
    const seen: boolean[] = [];
    server().before = (phase) => {
      if (phase !== 'send' || seen.length === 2) return undefined;
      seen.push(completeAt(id, 0) !== undefined);
      return seen.length < 2
        ? undefined
        : {
            behaviour: 'server-busy',
            afterMs: 3_600_000,
            problem: problem('server-busy', { server: 'one', status: 502 }),
          };
    };
    await queue.start();
    await reached(id, 'waiting');
    expect(seen).toEqual([false, true]);
    expect(store.transfers.chunks(id)).toMatchObject([{ begun: true, completeAt: undefined }]);
  });
});

it.each([
  ['kept back before a kill', 'kept back', 1, false],
  ['handed over before a kill', 'handed over', 1, true],
  ['kept back before the machine started', 'kept back', uptime() * 1000 + 60_000, true],
] as const)('a last byte that was %s', async (_what, how, agoMs, mayBeOut) => {
  const id = await add('a');
  store.transfers.opened(id, { version: 1, value: { session: 'a-9' } }, 10, []);
  store.transfers.chunkInFlight(id, 0, 10);
  store.transfers.chunkBegun(id, 0);
  const at = Math.round(Date.now() - agoMs);
  store.transfers.chunkComplete(id, 0, at, how);
  store.transfers.update(id, { state: 'uploading' });
  await queue.start();
  await reached(id, 'done');
  expect(server().unanswered[0]).toEqual([{ index: 0, begun: true, ...(mayBeOut ? { completeAt: at } : {}) }]);
});
