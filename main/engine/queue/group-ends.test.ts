import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const newGroup = (count: number): number =>
  bench.store.groups.add({ serverId: 'one', options: { key: 'mine' }, count, createdAt: Date.now() });
const stateOf = (id: number): string | undefined => bench.store.groups.get(id)?.state;

describe('a group', () => {
  it('has a share of its own, with the names and the size of its files', async () => {
    const groupId = newGroup(2);
    await bench.add('a', 5, { groupId });
    await bench.add('b', 7, { groupId });
    await bench.queue.start();
    await bench.until(() => stateOf(groupId) === 'done');
    const [share] = bench.store.shares.page({}, { limit: 1 }).rows;
    expect(share).toMatchObject({ key: 'group-1', isGroup: true, size: 12, serverId: 'one', state: 'live' });
    expect(share?.name.split(', ').toSorted()).toEqual(['a', 'b']);
    expect(share?.transferId).toBeUndefined();
    expect(bench.store.groups.get(groupId)).toMatchObject({ share: { key: 'group-1' } });
    expect(bench.queue.joining).toEqual([]);
  });

  it('of which one file is left is none, and says so, also after the next start', async () => {
    const groupId = newGroup(2);
    const [a, b] = [await bench.add('a', 5, { groupId }), await bench.add('b', 5, { groupId })];
    await bench.queue.wish({ ids: [b] }, 'cancel');
    await bench.queue.start();
    await bench.reached(a, 'done');
    await bench.until(() => stateOf(groupId) === 'failed');
    expect(bench.store.groups.get(groupId)?.problem).toEqual(problem('group-too-small', { count: 1 }));
    expect(bench.server().calls).not.toContain('group one');
    await bench.queue.stop('now');
    bench.renewQueue();
    await bench.queue.start();
    expect(stateOf(groupId)).toBe('failed');
  });

  it.each(['attention', 'fatal'] as const)(
    'that only a person can help (%s) fails with its reason, and is tried again at the next start',
    async (behaviour) => {
      const groupId = newGroup(2);
      await bench.add('a', 5, { groupId });
      await bench.add('b', 5, { groupId });
      bench.server().before = (phase) => (phase === 'group' ? { behaviour, problem: bench.broken } : undefined);
      await bench.queue.start();
      await bench.until(() => stateOf(groupId) === 'failed');
      expect(bench.store.groups.get(groupId)?.problem).toEqual(bench.broken);
      await bench.queue.stop('now');
      bench.server().before = () => undefined;
      bench.renewQueue();
      await bench.queue.start();
      await bench.until(() => stateOf(groupId) === 'done');
      expect(bench.store.groups.get(groupId)?.problem).toBeUndefined();
    },
  );

  it('keeps why it could not be joined while it is tried again', async () => {
    const groupId = newGroup(2);
    await bench.add('a', 5, { groupId });
    await bench.add('b', 5, { groupId });
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
    await bench.until(() => stateOf(groupId) === 'done');
    expect([...seen]).toContain('connection-broken');
    expect(bench.server().groups).toHaveLength(1);
  });

  it('whose answer comes after the queue was stopped is in doubt at the next start', async () => {
    const groupId = newGroup(2);
    await bench.add('a', 5, { groupId });
    await bench.add('b', 5, { groupId });
    const hold = bench.gate();
    bench.server().before = async (phase) => {
      if (phase === 'group') await hold.closed;
      return undefined;
    };
    await bench.queue.start();
    await bench.until(() => bench.server().calls.includes('group one'));
    await bench.queue.stop('now');
    hold.open();
    await bench.until(() => bench.server().groups.length === 1);
    expect(stateOf(groupId)).toBe('merging');
    expect(bench.store.shares.page({}, { limit: 9 }).rows.filter(({ isGroup }) => isGroup)).toEqual([]);
  });
});
