/** A server that leaves one kind of call without an answer, and what people and the end of the program do about it. */
import { describe, expect, it } from 'vitest';
import type { Phase } from '../../../test/fakes/memory-server.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const never = bench.gate();

/** An upload of which one call is under way that is not answered before `hold` opens. */
const waitingAt = async (phase: Phase, hold = never): Promise<number> => {
  const id = await bench.add('a');
  if (phase === 'resume') {
    bench.server().sessions.set('a-0', { name: 'a', size: 35, chunks: new Map(), openedAt: 0, done: false });
    bench.store.transfers.opened(id, { version: 1, value: { session: 'a-0' } }, 10, []);
    bench.store.transfers.update(id, { state: 'uploading' });
  }
  bench.server().before = bench.heldAt(hold, phase);
  await bench.queue.start();
  await bench.called(`${phase} a`);
  return id;
};

/** An upload whose finish must not be repeated, and is not answered before `hold` opens. */
const uncutFinish = async (): Promise<{ readonly id: number; readonly hold: ReturnType<typeof bench.gate> }> => {
  bench.server().finishUncut = true;
  const hold = bench.gate();
  return { id: await waitingAt('finish', hold), hold };
};

const calls = ['open', 'resume', 'finish', 'verify'] as const;

/** Cancelled, it is in doubt: the opening of a retry knows of the one before. */
const leavesDoubt = async (id: number): Promise<void> => {
  await bench.wished(id, 'cancel', 'cancelled');
  expect(bench.row(id).creating).toBe(true);
  bench.works();
  await bench.wished(id, 'retry', 'done');
  expect(bench.server().doubts).toEqual([false, true]);
};

describe('a cancel', () => {
  it.each(calls)('does not wait for an answer to %s that never comes, and frees the server', async (phase) => {
    const id = await waitingAt(phase);
    await bench.wished(id, 'cancel', 'cancelled');
    await bench.until(() => bench.queue.moving.length === 0);
    expect(bench.server().calls.at(-1)).toBe(phase === 'open' ? 'doubt a' : 'cancel a');
    expect(bench.server().sessions.size).toBe(0);
    expect(bench.row(id).problem).toBeUndefined();
  });

  it.each(['cancel', 'remove'] as const)(
    '(%s) takes the answer to an opening that comes soon, and cleans up the session that it names',
    async (wish) => {
      const hold = bench.gate();
      const id = await waitingAt('open', hold);
      const wished = bench.queue.wish({ ids: [id] }, wish);
      hold.open();
      await wished;
      await bench.until(() => bench.queue.moving.length === 0);
      expect(bench.server().calls).toEqual(['open a', 'cancel a']);
      expect(bench.server().sessions.size).toBe(0);
      expect(bench.store.transfers.get(id)).toEqual(
        wish === 'remove' ? undefined : expect.objectContaining({ state: 'cancelled', creating: false }),
      );
    },
  );

  it('that cut an opening whose upload cannot be freed leaves it in doubt for a retry', async () => {
    const id = await waitingAt('open');
    const unheard = bench.server().before;
    bench.server().before = (phase, name) =>
      phase === 'doubt' ? { behaviour: 'retry', problem: bench.broken } : unheard(phase, name);
    await leavesDoubt(id);
  });

  it('that cut an opening which the server may still carry out leaves it in doubt for a retry', async () => {
    const id = await waitingAt('open');
    await leavesDoubt(id);
  });

  it('waits for a finish that must not be repeated', async () => {
    const { id, hold } = await uncutFinish();
    await bench.queue.wish({ ids: [id] }, 'cancel');
    expect(bench.queue.waitedFor).toEqual([id]);
    hold.open();
    await bench.reached(id, 'cancelled');
    expect(bench.server().calls.slice(-2)).toEqual(['finish a', 'cancel a']);
    expect(bench.server().keys).toEqual(['delete-a']);
  });
});

describe('a pause', () => {
  it.each(['resume', 'finish', 'verify'] as const)('does not wait for the answer to %s', async (phase) => {
    const id = await waitingAt(phase);
    await bench.wished(id, 'pause', 'paused');
    bench.works();
    await bench.wished(id, 'resume', 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.server().calls.filter((call) => call === 'open a')).toHaveLength(phase === 'resume' ? 0 : 1);
  });

  it('waits for the answer to an opening, whose upload would hold its key or its name', async () => {
    const hold = bench.gate();
    const id = await waitingAt('open', hold);
    await bench.queue.wish({ ids: [id] }, 'pause');
    expect(bench.queue.moving).toEqual([id]);
    hold.open();
    await bench.reached(id, 'paused');
    expect(bench.row(id).creating).toBe(false);
    await bench.wished(id, 'resume', 'done');
    expect(bench.server().doubts).toEqual([false]);
  });

  it('waits for a finish that must not be repeated, and keeps the delete key that it gives', async () => {
    const { id, hold } = await uncutFinish();
    await bench.queue.wish({ ids: [id] }, 'pause');
    expect(bench.queue.waitedFor).toEqual([id]);
    hold.open();
    await bench.reached(id, 'paused');
    expect(bench.store.toldKey('one', 'a-0')).toBe('delete-a');
  });
});

describe('the end of the program', () => {
  it.each(calls)('at once does not wait for the answer to %s, and the next start completes the file', async (phase) => {
    const id = await waitingAt(phase);
    await bench.queue.stop('now');
    expect(bench.row(id)).toMatchObject({ wish: 'run', problem: undefined, creating: phase === 'open' });
    bench.works();
    bench.renewQueue();
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.server().doubts).toEqual({ open: [false, true], resume: [], finish: [false], verify: [false] }[phase]);
  });

  it('that is no hurry waits for a finish that must not be repeated', async () => {
    const { id, hold } = await uncutFinish();
    const stopped = bench.queue.stop('chunk');
    expect(bench.queue.waitedFor).toEqual([id]);
    hold.open();
    await stopped;
    expect(bench.row(id).state).toBe('done');
  });

  it('at once cuts also a finish that must not be repeated', async () => {
    const { id } = await uncutFinish();
    await bench.queue.stop('now');
    expect(bench.row(id)).toMatchObject({ state: 'finishing', wish: 'run' });
  });

  it.each(['doubt', 'cancel'] as const)('at once leaves an unanswered %s to the next start', async (phase) => {
    const id = await waitingAt(phase === 'doubt' ? 'open' : 'verify');
    bench.server().before = bench.heldAt(never, phase);
    await bench.queue.wish({ ids: [id] }, 'cancel');
    await bench.until(() => bench.server().calls.at(-1) === `${phase} a`);
    await bench.queue.stop('now');
    expect(bench.row(id).state === 'cancelled').toBe(phase === 'cancel');
    bench.works();
    bench.renewQueue();
    await bench.queue.start();
    await bench.reached(id, 'cancelled');
    await bench.until(() => bench.server().calls.filter((call) => call === `${phase} a`).length === 2);
    await bench.until(() => bench.server().sessions.size === 0);
    expect(bench.row(id).creating).toBe(false);
  });
});
