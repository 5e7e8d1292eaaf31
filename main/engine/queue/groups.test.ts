import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

/** Names of the files of each group that was made; they are opened side by side, in either order. */
const joined = (): readonly (readonly string[])[] =>
  bench.server().groups.map((keys) => keys.map((key) => key.split('-')[0] ?? '').sort());

/** Two files that are up, and could not be joined without a password; the server works by now. */
const withoutPassword = async (): Promise<{ readonly groupId: number; readonly ids: readonly number[] }> => {
  const groupId = bench.addGroup(2);
  const ids = [await bench.add('a', 5, { groupId }), await bench.add('b', 5, { groupId })];
  bench.server().before = bench.failsAt('group', {
    behaviour: 'attention',
    problem: problem('password-wrong', { server: 'one' }),
  });
  await bench.queue.start();
  await bench.until(() => bench.groupState(groupId) === 'failed');
  bench.works();
  return { groupId, ids };
};

describe('a group', () => {
  it('keeps its files in the list until they are joined', async () => {
    const groupId = bench.addGroup(2);
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'finish');
    const first = await bench.add('a', 5, { groupId });
    bench.server().before = async (phase, name) => {
      if (phase === 'finish' && name === 'b') await hold.closed;
      return undefined;
    };
    const second = await bench.add('b', 5, { groupId });
    await bench.queue.start();
    await bench.reached(first, 'done');
    expect([...(await bench.queue.wish({ ids: [first] }, 'remove')).refused]).toEqual([[first, 'done']]);
    hold.open();
    await bench.until(() => bench.groupState(groupId) === 'done');
    expect(joined()).toEqual([['a', 'b']]);
    expect((await bench.queue.wish({ ids: [first, second] }, 'remove')).changed).toHaveLength(2);
  });

  it('is joined when its files are retried, where only a person could go on', async () => {
    const { groupId, ids } = await withoutPassword();
    expect((await bench.queue.wish({ ids }, 'retry')).changed).toHaveLength(2);
    await bench.until(() => bench.groupState(groupId) === 'done');
    expect(bench.store.groups.get(groupId)?.problem).toBeUndefined();
  });

  it('is joined when a password was given, where one was missing', async () => {
    const { groupId } = await withoutPassword();
    bench.queue.revive('two');
    expect(bench.groupState(groupId)).toBe('failed');
    bench.queue.revive('one');
    expect(bench.queue.joining.map((group) => group.id)).toEqual([groupId]);
    await bench.until(() => bench.groupState(groupId) === 'done');
  });

  it('that could not be made keeps its files from nobody who removes them', async () => {
    const { groupId, ids } = await withoutPassword();
    expect((await bench.queue.wish({ ids }, 'remove')).changed).toHaveLength(2);
    expect(ids.map((id) => bench.store.transfers.get(id))).toEqual([undefined, undefined]);
    expect(bench.groupState(groupId)).toBe('failed');
  });

  it('keeps its files in the list while they are joined', async () => {
    const groupId = bench.addGroup(2);
    const ids = [await bench.add('a', 5, { groupId }), await bench.add('b', 5, { groupId })];
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'group');
    await bench.queue.start();
    await bench.until(() => bench.groupState(groupId) === 'merging');
    expect((await bench.queue.wish({ ids }, 'remove')).changed).toEqual([]);
    hold.open();
    await bench.until(() => bench.groupState(groupId) === 'done');
  });

  it('waits for a file that failed, until the person retries it or goes without', async () => {
    const groupId = bench.addGroup(3);
    const [, , last] = [
      await bench.add('a', 5, { groupId }),
      await bench.add('b', 5, { groupId }),
      await bench.add('c', 5, { groupId }),
    ];
    const full = problem('server-refused', { server: 'one', status: 403, words: asSaid('no') });
    bench.server().before = (phase, name) =>
      phase === 'open' && name === 'c' ? { behaviour: 'fatal', problem: full } : undefined;
    await bench.queue.start();
    await bench.reached(last, 'failed');
    bench.queue.pump();
    expect(bench.groupState(groupId)).toBe('open');
    await bench.queue.wish({ ids: [last] }, 'cancel');
    await bench.until(() => bench.groupState(groupId) === 'done');
    expect(joined()).toEqual([['a', 'b']]);
  });
});
