/** A server that is at work on a file whose every byte it has. */
import { describe, expect, it } from 'vitest';
import type { Failure } from '../outcome.ts';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Phase } from '../../../test/fakes/memory-server.ts';
import {
  add,
  contents,
  gate,
  heldAt,
  limits,
  queue,
  reached,
  renewQueue,
  row,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

const pendingAfter = (afterMs: number): Failure => ({
  behaviour: 'pending',
  problem: problem('server-assembling', { server: 'one' }),
  afterMs,
});
/** Says at one phase that it is at work, as long as `works` says so. */
const worksAt = (at: Phase, works: () => boolean, afterMs = 60_000): void => {
  server().before = (phase) => (phase === at && works() ? pendingAfter(afterMs) : undefined);
};
const atWork = (id: number): Promise<void> =>
  until(() => row(id).state === 'waiting' && row(id).waitFor === 'server-work' && !queue.moving.includes(id));

describe('a server that is at work on a file', () => {
  it.each(['finish', 'verify', 'resume'] as const)('and says so at %s is asked again until it is done', async (at) => {
    let times = at === 'resume' ? 1 : 3;
    const id = await add('a');
    let cut = at === 'resume';
    worksAt(at, () => times-- > 0, 0);
    const told = server().before;
    server().before = (phase, name, index) => {
      if (phase !== 'send' || index !== 3 || !cut) return told(phase, name, index);
      cut = false;
      return { behaviour: 'retry', problem: problem('connection-broken', { server: 'one', reason: asSaid('test') }) };
    };
    await queue.start();
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
    const log = store.transfers.logOf(id, 50).map((entry) => entry.problem.code);
    expect(log.filter((code) => code === 'server-assembling')).toHaveLength(1);
  });

  it('holds no slot, counts no attempt and shows no problem', async () => {
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    const id = await add('a');
    server().before = (phase, name) => (phase === 'finish' && name === 'a' ? pendingAfter(60_000) : undefined);
    await queue.start();
    await atWork(id);
    expect(row(id)).toMatchObject({ attempts: 0, problem: undefined });
    const other = await add('b');
    queue.pump();
    await reached(other, 'done');
  });

  it('is asked although all slots are taken', async () => {
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    let works = true;
    const id = await add('a');
    const sending = gate();
    const held = heldAt(sending, 'send', 0);
    worksAt('finish', () => works);
    await queue.start();
    await atWork(id);
    server().before = (phase, name, index) =>
      name === 'b' ? held(phase, name, index) : phase === 'finish' && works ? pendingAfter(60_000) : undefined;
    const other = await add('b');
    queue.pump();
    await until(() => server().calls.includes('send b 0'));
    works = false;
    store.transfers.update(id, { waitUntil: 0 });
    queue.pump();
    await reached(id, 'done');
    expect(row(other).state).toBe('uploading');
    sending.open();
    await reached(other, 'done');
  });

  it('is asked at once at a start, also after a kill while it was asked', async () => {
    let works = true;
    const id = await add('a');
    worksAt('finish', () => works);
    await queue.start();
    await atWork(id);
    await queue.stop('now');
    expect(row(id)).toMatchObject({ state: 'waiting', waitFor: 'server-work' });
    works = false;
    renewQueue();
    await queue.start();
    await reached(id, 'done');
    expect(server().calls.filter((call) => call.startsWith('send'))).toHaveLength(4);
  });

  it('is shown as at work while it is asked, and can be paused then', async () => {
    const id = await add('a');
    worksAt('finish', () => true);
    await queue.start();
    await atWork(id);
    const asked = gate();
    server().before = async (phase) => {
      if (phase === 'finish') await asked.closed;
      return phase === 'finish' ? pendingAfter(60_000) : undefined;
    };
    const finishes = server().calls.filter((call) => call === 'finish a').length;
    await queue.wish({ ids: [id] }, 'retry');
    await until(() => server().calls.filter((call) => call === 'finish a').length > finishes);
    expect(row(id)).toMatchObject({ state: 'waiting', waitFor: 'server-work' });
    await queue.wish({ ids: [id] }, 'pause');
    asked.open();
    await reached(id, 'paused');
    worksAt('finish', () => false);
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
  });

  it('is freed of the file where the person cancels', async () => {
    const id = await add('a');
    worksAt('finish', () => true);
    await queue.start();
    await atWork(id);
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(server().calls).toContain('cancel a');
    expect(server().sessions.size).toBe(0);
  });

  it('and then has lost chunks gets them when a slot is free', async () => {
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    let works = true;
    const id = await add('a');
    worksAt('finish', () => works);
    await queue.start();
    await atWork(id);
    works = false;
    server().sessions.clear();
    store.transfers.update(id, { waitUntil: 0 });
    queue.pump();
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
    expect(row(id).restarts).toBe(1);
  });

  it('that breaks meanwhile is waited for like any other', async () => {
    const id = await add('a');
    worksAt('finish', () => true);
    await queue.start();
    await atWork(id);
    const broken = problem('connection-broken', { server: 'one', reason: asSaid('test') });
    server().before = (phase) => (phase === 'resume' ? { behaviour: 'offline', problem: broken } : undefined);
    await queue.wish({ ids: [id] }, 'retry');
    await until(() => row(id).waitFor === 'network');
    expect(row(id).problem?.code).toBe('connection-broken');
  });
});
