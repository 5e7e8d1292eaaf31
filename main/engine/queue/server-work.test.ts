/** A server that is at work on a file whose every byte it has. */
import { describe, expect, it } from 'vitest';
import type { Failure } from '../outcome.ts';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Phase } from '../../../test/fakes/memory-server.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const pendingAfter = (afterMs: number): Failure => ({
  behaviour: 'pending',
  problem: problem('server-assembling', { server: 'one' }),
  afterMs,
});
/** Says at one phase that it is at work, as long as `works` says so. */
const worksAt = (at: Phase, works: () => boolean, afterMs = 60_000): void => {
  bench.server().before = (phase) => (phase === at && works() ? pendingAfter(afterMs) : undefined);
};
const atWork = (id: number): Promise<void> =>
  bench.until(
    () =>
      bench.row(id).state === 'waiting' && bench.row(id).waitFor === 'server-work' && !bench.queue.moving.includes(id),
  );

describe('a server that is at work on a file', () => {
  it.each(['finish', 'verify', 'resume'] as const)('and says so at %s is asked again until it is done', async (at) => {
    let times = at === 'resume' ? 1 : 3;
    const id = await bench.add('a');
    let cut = at === 'resume';
    worksAt(at, () => times-- > 0, 0);
    const told = bench.server().before;
    bench.server().before = (phase, name, index) => {
      if (phase !== 'send' || index !== 3 || !cut) return told(phase, name, index);
      cut = false;
      return { behaviour: 'retry', problem: problem('connection-broken', { server: 'one', reason: asSaid('test') }) };
    };
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    const log = bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code);
    expect(log.filter((code) => code === 'server-assembling')).toHaveLength(1);
  });

  it('holds no slot, counts no attempt and shows no problem', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    const id = await bench.add('a');
    bench.server().before = (phase, name) => (phase === 'finish' && name === 'a' ? pendingAfter(60_000) : undefined);
    await bench.queue.start();
    await atWork(id);
    expect(bench.row(id)).toMatchObject({ attempts: 0, problem: undefined });
    const other = await bench.add('b');
    bench.queue.pump();
    await bench.reached(other, 'done');
  });

  it('is asked although all slots are taken', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    let works = true;
    const id = await bench.add('a');
    const sending = bench.gate();
    const held = bench.heldAt(sending, 'send', 0);
    worksAt('finish', () => works);
    await bench.queue.start();
    await atWork(id);
    bench.server().before = (phase, name, index) =>
      name === 'b' ? held(phase, name, index) : phase === 'finish' && works ? pendingAfter(60_000) : undefined;
    const other = await bench.add('b');
    bench.queue.pump();
    await bench.called('send b 0');
    works = false;
    bench.store.transfers.update(id, { waitUntil: 0 });
    bench.queue.pump();
    await bench.reached(id, 'done');
    expect(bench.row(other).state).toBe('uploading');
    sending.open();
    await bench.reached(other, 'done');
  });

  it('is asked although all slots are taken, also where it needs a hash of the file', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    bench.server().needs = [{ hash: 'sha256', before: 'open' }];
    const id = await bench.add('a');
    const sending = bench.gate();
    const held = bench.heldAt(sending, 'send', 0);
    let asked = 0;
    bench.server().before = (phase, name, index) => {
      if (name === 'b') return held(phase, name, index);
      return phase === 'finish' && ++asked < 3 ? pendingAfter(60_000) : undefined;
    };
    await bench.queue.start();
    await atWork(id);
    const other = await bench.add('b');
    bench.queue.pump();
    await bench.called('send b 0');
    await bench.queue.wish({ ids: [id] }, 'retry');
    await bench.until(() => bench.row(id).state === 'queued' || (asked === 2 && !bench.queue.moving.includes(id)));
    expect(bench.row(id)).toMatchObject({ state: 'waiting', waitFor: 'server-work' });
    await bench.wished(id, 'retry', 'done');
    expect(bench.row(other).state).toBe('uploading');
    sending.open();
    await bench.reached(other, 'done');
  });

  it('is asked at once at a start, also after a kill while it was asked', async () => {
    let works = true;
    const id = await bench.add('a');
    worksAt('finish', () => works);
    await bench.queue.start();
    await atWork(id);
    await bench.queue.stop('now');
    expect(bench.row(id)).toMatchObject({ state: 'waiting', waitFor: 'server-work' });
    works = false;
    bench.renewQueue();
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().calls.filter((call) => call.startsWith('send'))).toHaveLength(4);
  });

  it('is shown as at work while it is asked, and can be paused then', async () => {
    const id = await bench.add('a');
    worksAt('finish', () => true);
    await bench.queue.start();
    await atWork(id);
    const asked = bench.gate();
    bench.server().before = async (phase) => {
      if (phase === 'finish') await asked.closed;
      return phase === 'finish' ? pendingAfter(60_000) : undefined;
    };
    const finishes = bench.server().calls.filter((call) => call === 'finish a').length;
    await bench.queue.wish({ ids: [id] }, 'retry');
    await bench.until(() => bench.server().calls.filter((call) => call === 'finish a').length > finishes);
    expect(bench.row(id)).toMatchObject({ state: 'waiting', waitFor: 'server-work' });
    await bench.queue.wish({ ids: [id] }, 'pause');
    asked.open();
    await bench.reached(id, 'paused');
    worksAt('finish', () => false);
    await bench.wished(id, 'resume', 'done');
  });

  it('is freed of the file where the person cancels', async () => {
    const id = await bench.add('a');
    worksAt('finish', () => true);
    await bench.queue.start();
    await atWork(id);
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.server().calls).toContain('cancel a');
    expect(bench.server().sessions.size).toBe(0);
  });

  it('and then has lost chunks gets them when a slot is free', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    let works = true;
    const id = await bench.add('a');
    worksAt('finish', () => works);
    await bench.queue.start();
    await atWork(id);
    works = false;
    bench.server().sessions.clear();
    bench.store.transfers.update(id, { waitUntil: 0 });
    bench.queue.pump();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.row(id).restarts).toBe(1);
  });

  /** An upload that broke off before its last chunk, and whose server was at work when it was asked about it then. */
  const lackingChunk = async (): Promise<number> => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    const id = await bench.add('a');
    bench.server().before = (phase, _name, index) => {
      if (phase === 'resume') return pendingAfter(60_000);
      return index === 3 ? { behaviour: 'retry', problem: bench.broken } : undefined;
    };
    await bench.queue.start();
    await atWork(id);
    bench.server().calls.length = 0;
    return id;
  };

  it('and lacks a chunk is sent it as soon as it is done, where a slot is free, and shown as uploading', async () => {
    const id = await lackingChunk();
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'send', 3);
    await bench.queue.wish({ ids: [id] }, 'retry');
    await bench.called('send a 3');
    expect(bench.row(id).state).toBe('uploading');
    hold.open();
    await bench.reached(id, 'done');
    expect(bench.server().calls).toEqual(['resume a', 'send a 3', 'finish a', 'verify a']);
  });

  it('and lacks a chunk waits for a slot with it', async () => {
    const id = await lackingChunk();
    const other = await bench.add('b');
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'send', 3);
    bench.queue.pump();
    await bench.called('send b 3');
    await bench.queue.wish({ ids: [id] }, 'retry');
    await bench.until(() => bench.row(id).state === 'queued');
    expect(bench.server().calls).not.toContain('send a 3');
    hold.open();
    await bench.reached(other, 'done');
    await bench.reached(id, 'done');
    expect(bench.server().widest).toBe(1);
  });

  it('answers: what waits because others failed there is tried again, all of it', async () => {
    let now = Date.now();
    bench.renewQueue({}, () => now);
    const id = await bench.add('a');
    worksAt('finish', () => true);
    await bench.queue.start();
    await atWork(id);
    const failing = [await bench.add('b'), await bench.add('c')];
    let fails = true;
    const hold = bench.gate();
    const tried: string[] = [];
    bench.server().before = async (phase, name, index) => {
      if (phase === 'finish' && name === 'a') return pendingAfter(60_000);
      if (phase !== 'send' || index !== 0) return undefined;
      if (fails) return { behaviour: 'retry', problem: bench.broken };
      tried.push(name);
      await hold.closed;
      return undefined;
    };
    bench.queue.pump();
    await bench.until(
      () => failing.every((one) => bench.row(one).waitFor === 'server') && bench.queue.moving.length === 0,
    );
    fails = false;
    bench.store.transfers.update(id, { waitUntil: 0 });
    now += 60_000;
    bench.queue.pump();
    await bench.until(() => tried.length === 2);
    hold.open();
    for (const one of failing) await bench.reached(one, 'done');
  });

  it('that breaks meanwhile is waited for like any other', async () => {
    const id = await bench.add('a');
    worksAt('finish', () => true);
    await bench.queue.start();
    await atWork(id);
    const broken = problem('connection-broken', { server: 'one', reason: asSaid('test') });
    bench.server().before = bench.failsAt('resume', { behaviour: 'offline', problem: broken });
    await bench.queue.wish({ ids: [id] }, 'retry');
    await bench.until(() => bench.row(id).waitFor === 'network');
    expect(bench.row(id).problem?.code).toBe('connection-broken');
  });
});
