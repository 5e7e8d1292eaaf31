import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const groupOfTwo = async (): Promise<number> => {
  const groupId = bench.addGroup(2, { key: 'mine' });
  await bench.add('a', 5, { groupId });
  await bench.add('b', 5, { groupId });
  return groupId;
};

describe('a group', () => {
  it('has a share of its own, with the names and the size of its files', async () => {
    const groupId = bench.addGroup(2, { key: 'mine' });
    await bench.add('a', 5, { groupId });
    await bench.add('b', 7, { groupId });
    await bench.queue.start();
    await bench.until(() => bench.groupState(groupId) === 'done');
    const [share] = bench.store.shares.page({}, { limit: 1 }).rows;
    expect(share).toMatchObject({ key: 'group-1', isGroup: true, size: 12, serverId: 'one', state: 'live' });
    expect(share?.name.split(', ').toSorted()).toEqual(['a', 'b']);
    expect(share?.transferId).toBeUndefined();
    expect(bench.store.groups.get(groupId)).toMatchObject({ share: { key: 'group-1' } });
    expect(bench.queue.joining).toEqual([]);
  });

  it('of which one file is left is none, and says so, also after the next start', async () => {
    const groupId = bench.addGroup(2, { key: 'mine' });
    const [a, b] = [await bench.add('a', 5, { groupId }), await bench.add('b', 5, { groupId })];
    await bench.queue.wish({ ids: [b] }, 'cancel');
    await bench.queue.start();
    await bench.reached(a, 'done');
    await bench.until(() => bench.groupState(groupId) === 'failed');
    expect(bench.store.groups.get(groupId)?.problem).toEqual(problem('group-too-small', { count: 1 }));
    expect(bench.server().calls).not.toContain('group one');
    await bench.queue.stop('now');
    bench.renewQueue();
    bench.servers.delete('one');
    await bench.queue.start();
    expect(bench.groupState(groupId)).toBe('failed');
  });

  it.each(['attention', 'fatal'] as const)(
    'that only a person can help (%s) fails with its reason, and is tried again at the next start',
    async (behaviour) => {
      const groupId = await groupOfTwo();
      bench.server().before = bench.failsAt('group', { behaviour, problem: bench.broken });
      await bench.queue.start();
      await bench.until(() => bench.groupState(groupId) === 'failed');
      expect(bench.store.groups.get(groupId)?.problem).toEqual(bench.broken);
      await bench.queue.stop('now');
      bench.works();
      bench.renewQueue();
      await bench.queue.start();
      await bench.until(() => bench.groupState(groupId) === 'done');
      expect(bench.store.groups.get(groupId)?.problem).toBeUndefined();
    },
  );

  it('keeps why it could not be joined while it is tried again', async () => {
    const groupId = await groupOfTwo();
    bench.server().before = (phase) =>
      phase === 'group' && bench.server().calls.filter((call) => call === 'group one').length < 3
        ? { behaviour: 'retry', problem: bench.broken }
        : undefined;
    const seen = new Set<string | undefined>();
    bench.queue.onChange(() => {
      const group = bench.store.groups.get(groupId);
      if (group?.state === 'merging') seen.add(group.problem?.code);
    });
    await bench.queue.start();
    await bench.until(() => bench.groupState(groupId) === 'done');
    expect([...seen]).toContain('connection-broken');
    expect(bench.server().groups).toHaveLength(1);
  });

  it('whose answer comes after the queue was stopped is in doubt at the next start', async () => {
    const groupId = await groupOfTwo();
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'group');
    await bench.queue.start();
    await bench.called('group one');
    await bench.queue.stop('now');
    hold.open();
    await bench.until(() => bench.server().groups.length === 1);
    expect(bench.groupState(groupId)).toBe('merging');
    expect(bench.store.shares.page({}, { limit: 9 }).rows.filter(({ isGroup }) => isGroup)).toEqual([]);
  });
});
