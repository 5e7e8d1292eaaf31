import { uptime } from 'node:os';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

/** A file of four chunks whose second one is whole on the server, which does not answer until the gate opens. */
const unanswered = async (): Promise<{ readonly id: number; readonly answer: () => void }> => {
  bench.server().cut = 'until-last-byte';
  const id = await bench.add('a');
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'send', 1);
  await bench.queue.start();
  await bench.called('send a 1');
  return { id, answer: hold.open };
};

const completeAt = (id: number, index: number): number | undefined =>
  bench.store.transfers.chunks(id).find((chunk) => chunk.index === index)?.completeAt;

describe('between a chunk’s last byte and its answer', () => {
  it.each(['pause', 'cancel'] as const)('a %s waits for the answer', async (wish) => {
    const { id, answer } = await unanswered();
    await bench.queue.wish({ ids: [id] }, wish);
    expect(bench.queue.waitedFor).toEqual([id]);
    answer();
    await bench.reached(id, wish === 'pause' ? 'paused' : 'cancelled');
    expect(bench.server().calls.filter((call) => call === 'send a 1')).toHaveLength(1);
    if (wish === 'cancel') return;
    expect(bench.row(id).acknowledgedBytes).toBe(20);
    await bench.wished(id, 'resume', 'done');
    expect(bench.server().calls.filter((call) => call === 'send a 1')).toHaveLength(1);
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('a stop at the chunk’s end waits for the answer', async () => {
    const { id, answer } = await unanswered();
    const stopped = bench.queue.stop('chunk');
    expect(bench.queue.waitedFor).toEqual([id]);
    answer();
    await stopped;
    expect(bench.row(id)).toMatchObject({ state: 'uploading', acknowledgedBytes: 20 });
  });

  it('a stop at once cuts, and it stays written down that the last byte may be out', async () => {
    const { id, answer } = await unanswered();
    const first = bench.queue.stop('chunk');
    const second = bench.queue.stop('now');
    answer();
    await Promise.all([first, second]);
    expect(bench.row(id).acknowledgedBytes).toBe(10);
    expect(completeAt(id, 1)).toEqual(expect.any(Number));
  });

  it('the row says that the server is working as soon as one of several chunks waits that long', async () => {
    let now = Date.now();
    bench.renewQueue({}, () => now);
    Object.assign(bench.server(), { cut: 'until-last-byte', lanes: 2 });
    const id = await bench.add('a');
    const hold = bench.gate();
    let sent = 0;
    bench.server().before = async (phase) => {
      if (phase !== 'send') return undefined;
      sent++;
      now += 1_500;
      await hold.closed;
      return undefined;
    };
    await bench.queue.start();
    await bench.until(() => sent === 2);
    expect(bench.queue.live(id)?.serverWorks).toBe(true);
    hold.open();
    await bench.reached(id, 'done');
  });

  it('the row says after a while that the server is working on it', async () => {
    let now = Date.now();
    bench.renewQueue({}, () => now);
    const { id, answer } = await unanswered();
    expect(bench.queue.live(id)?.serverWorks).toBe(false);
    now += 2_000;
    expect(bench.queue.live(id)?.serverWorks).toBe(true);
    answer();
    await bench.reached(id, 'done');
  });
});

describe('before a chunk’s last byte', () => {
  // Read in two blocks.
  const chunkSize = 2_000_000;

  it('a pause cuts at once', async () => {
    Object.assign(bench.server(), { cut: 'until-last-byte', chunkSize });
    const id = await bench.add('a', 2 * chunkSize);
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'send', 1);
    await bench.queue.start();
    await bench.called('send a 1');
    expect(completeAt(id, 1)).toBeUndefined();
    await bench.queue.wish({ ids: [id] }, 'pause');
    expect(bench.queue.waitedFor).toEqual([]);
    hold.open();
    await bench.reached(id, 'paused');
    expect(bench.row(id).acknowledgedBytes).toBe(chunkSize);
    expect(completeAt(id, 1)).toBeUndefined();
  });

  it('it is written down before the last bytes that the last byte may be out, and taken back by an answer', async () => {
    Object.assign(bench.server(), { cut: 'until-last-byte', chunkSize });
    const id = await bench.add('a', chunkSize);
    const seen: boolean[] = [];
    bench.server().before = (phase) => {
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
    await bench.queue.start();
    await bench.reached(id, 'waiting');
    expect(seen).toEqual([false, true]);
    expect(bench.store.transfers.chunks(id)).toMatchObject([{ begun: true, completeAt: undefined }]);
  });
});

describe('where a provider does not say when it hands over the last byte', () => {
  const server = bench.serving((provider) => ({
    send: (call, chunk, body) => provider.send(call, chunk, { ...body, lastByte: () => undefined }),
  }));

  it('it is written down before that it is still kept back, as far as a kill can tell', async () => {
    bench.renewQueue({}, Date.now, { server });
    const { id, answer } = await unanswered();
    expect(bench.store.transfers.chunks(id)).toMatchObject([
      { index: 0, state: 'acknowledged' },
      { index: 1, completeAt: expect.any(Number) as number, keptBack: true, digest: expect.any(String) as string },
    ]);
    answer();
    await bench.reached(id, 'done');
  });

  it('the row says all the same that the server is working on it', async () => {
    let now = Date.now();
    bench.renewQueue({}, () => now, { server });
    const { id, hold } = await bench.heldUpload();
    now += 2_000;
    expect(bench.queue.live(id)?.serverWorks).toBe(true);
    hold.open();
    await bench.reached(id, 'done');
  });
});

it('how far a chunk came is noted once a second, not with every block', async () => {
  const chunkSize = 4_000_000;
  Object.assign(bench.server(), { chunkSize });
  let now = Date.now();
  let [blocks, notes] = [0, 0];
  const { transfers } = bench.store;
  const chunkWritten: typeof transfers.chunkWritten = (...given) => {
    notes++;
    transfers.chunkWritten(...given);
  };
  bench.renewQueue({ transfers: { ...transfers, chunkWritten } }, () => now);
  let seconds = 0;
  bench.server().before = (phase) => {
    if (phase !== 'send') return undefined;
    blocks++;
    now += seconds;
    return undefined;
  };
  const id = await bench.add('a', chunkSize);
  await bench.queue.start();
  await bench.reached(id, 'done');
  expect(blocks).toBeGreaterThan(2);
  expect(notes).toBe(0);
  seconds = 1_000;
  const other = await bench.add('b', chunkSize);
  bench.queue.pump();
  await bench.reached(other, 'done');
  expect(notes).toBeGreaterThan(1);
});

it.each([
  ['kept back before a kill', 'kept back', 1, false],
  ['handed over before a kill', 'handed over', 1, true],
  ['kept back before the machine started', 'kept back', uptime() * 1000 + 60_000, true],
] as const)('a last byte that was %s', async (_what, how, agoMs, mayBeOut) => {
  const id = await bench.add('a');
  bench.store.transfers.opened(id, { version: 1, value: { session: 'a-9' } }, 10, []);
  bench.store.transfers.chunkInFlight(id, 0, 10);
  bench.store.transfers.chunkBegun(id, 0);
  const at = Math.round(Date.now() - agoMs);
  bench.store.transfers.chunkComplete(id, 0, at, how);
  bench.store.transfers.update(id, { state: 'uploading' });
  await bench.queue.start();
  await bench.reached(id, 'done');
  expect(bench.server().unanswered[0]).toEqual([{ index: 0, begun: true, ...(mayBeOut ? { completeAt: at } : {}) }]);
});
