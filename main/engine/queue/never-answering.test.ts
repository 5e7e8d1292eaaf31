/** A server that leaves one kind of call without an answer, and what people and the end of the program do about it. */
import { describe, expect, it } from 'vitest';
import type { Phase } from '../../../test/fakes/memory-server.ts';
import {
  add,
  broken,
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

const never = gate();

/** An upload of which one call is under way that is not answered before `hold` opens. */
const waitingAt = async (phase: Phase, hold = never): Promise<number> => {
  const id = await add('a');
  if (phase === 'resume') {
    server().sessions.set('a-0', { name: 'a', size: 35, chunks: new Map(), openedAt: 0, done: false });
    store.transfers.opened(id, { version: 1, value: { session: 'a-0' } }, 10, []);
    store.transfers.update(id, { state: 'uploading' });
  }
  server().before = heldAt(hold, phase);
  await queue.start();
  await until(() => server().calls.includes(`${phase} a`));
  return id;
};

const calls = ['open', 'resume', 'finish', 'verify'] as const;

describe('a cancel', () => {
  it.each(calls)('does not wait for the answer to %s, and frees the server', async (phase) => {
    const id = await waitingAt(phase);
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    await until(() => queue.moving.length === 0);
    expect(server().calls.at(-1)).toBe(phase === 'open' ? 'doubt a' : 'cancel a');
    expect(server().sessions.size).toBe(0);
    expect(row(id).problem).toBeUndefined();
  });

  it('that cut an opening whose upload cannot be freed leaves it in doubt for a retry', async () => {
    const id = await waitingAt('open');
    const unheard = server().before;
    server().before = (phase, name) =>
      phase === 'doubt' ? { behaviour: 'retry', problem: broken } : unheard(phase, name);
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(row(id).creating).toBe(true);
    server().before = () => undefined;
    await queue.wish({ ids: [id] }, 'retry');
    await reached(id, 'done');
    expect(server().doubts).toEqual([false, true]);
  });

  it('that cut an opening which the server may still carry out leaves it in doubt for a retry', async () => {
    const id = await waitingAt('open');
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(row(id).creating).toBe(true);
    server().before = () => undefined;
    await queue.wish({ ids: [id] }, 'retry');
    await reached(id, 'done');
    expect(server().doubts).toEqual([false, true]);
  });

  it('waits for a finish that must not be repeated', async () => {
    server().finishUncut = true;
    const hold = gate();
    const id = await waitingAt('finish', hold);
    await queue.wish({ ids: [id] }, 'cancel');
    expect(queue.waitedFor).toEqual([id]);
    hold.open();
    await reached(id, 'cancelled');
    expect(server().calls.slice(-2)).toEqual(['finish a', 'cancel a']);
    expect(server().keys).toEqual(['delete-a']);
  });
});

describe('a pause', () => {
  it.each(['resume', 'finish', 'verify'] as const)('does not wait for the answer to %s', async (phase) => {
    const id = await waitingAt(phase);
    await queue.wish({ ids: [id] }, 'pause');
    await reached(id, 'paused');
    server().before = () => undefined;
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
    expect(server().calls.filter((call) => call === 'open a')).toHaveLength(phase === 'resume' ? 0 : 1);
  });

  it('waits for the answer to an opening, whose upload would hold its key or its name', async () => {
    const hold = gate();
    const id = await waitingAt('open', hold);
    await queue.wish({ ids: [id] }, 'pause');
    expect(queue.moving).toEqual([id]);
    hold.open();
    await reached(id, 'paused');
    expect(row(id).creating).toBe(false);
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
    expect(server().doubts).toEqual([false]);
  });

  it('waits for a finish that must not be repeated, and keeps the delete key that it gives', async () => {
    server().finishUncut = true;
    const hold = gate();
    const id = await waitingAt('finish', hold);
    await queue.wish({ ids: [id] }, 'pause');
    expect(queue.waitedFor).toEqual([id]);
    hold.open();
    await reached(id, 'paused');
    expect(store.toldKey('one', 'a-0')).toBe('delete-a');
  });
});

describe('the end of the program', () => {
  it.each(calls)('at once does not wait for the answer to %s, and the next start completes the file', async (phase) => {
    const id = await waitingAt(phase);
    await queue.stop('now');
    expect(row(id)).toMatchObject({ wish: 'run', problem: undefined, creating: phase === 'open' });
    server().before = () => undefined;
    renewQueue();
    await queue.start();
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
    expect(server().doubts).toEqual({ open: [false, true], resume: [], finish: [false], verify: [false] }[phase]);
  });

  it('that is no hurry waits for a finish that must not be repeated', async () => {
    server().finishUncut = true;
    const hold = gate();
    const id = await waitingAt('finish', hold);
    const stopped = queue.stop('chunk');
    expect(queue.waitedFor).toEqual([id]);
    hold.open();
    await stopped;
    expect(row(id).state).toBe('done');
  });

  it('at once cuts also a finish that must not be repeated', async () => {
    server().finishUncut = true;
    const id = await waitingAt('finish');
    await queue.stop('now');
    expect(row(id)).toMatchObject({ state: 'finishing', wish: 'run' });
  });

  it.each(['doubt', 'cancel'] as const)('at once leaves an unanswered %s to the next start', async (phase) => {
    const id = await waitingAt(phase === 'doubt' ? 'open' : 'verify');
    server().before = heldAt(never, phase);
    await queue.wish({ ids: [id] }, 'cancel');
    await until(() => server().calls.at(-1) === `${phase} a`);
    await queue.stop('now');
    server().before = () => undefined;
    renewQueue();
    await queue.start();
    await reached(id, 'cancelled');
    await until(() => server().calls.filter((call) => call === `${phase} a`).length === 2);
    await until(() => server().sessions.size === 0);
    expect(row(id).creating).toBe(false);
  });
});
