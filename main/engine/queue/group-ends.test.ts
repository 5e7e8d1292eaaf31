import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import {
  add,
  broken,
  gate,
  queue,
  reached,
  renewQueue,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

const newGroup = (count: number): number =>
  store.groups.add({ serverId: 'one', options: { key: 'mine' }, count, createdAt: Date.now() });
const stateOf = (id: number): string | undefined => store.groups.get(id)?.state;

describe('a group', () => {
  it('has a share of its own, with the names and the size of its files', async () => {
    const groupId = newGroup(2);
    await add('a', 5, { groupId });
    await add('b', 7, { groupId });
    await queue.start();
    await until(() => stateOf(groupId) === 'done');
    const [share] = store.shares.page({}, { limit: 1 }).rows;
    expect(share).toMatchObject({ key: 'group-1', isGroup: true, size: 12, serverId: 'one', state: 'live' });
    expect(share?.name.split(', ').toSorted()).toEqual(['a', 'b']);
    expect(share?.transferId).toBeUndefined();
    expect(store.groups.get(groupId)).toMatchObject({ share: { key: 'group-1' } });
    expect(queue.joining).toEqual([]);
  });

  it('of which one file is left is none, and says so, also after the next start', async () => {
    const groupId = newGroup(2);
    const [a, b] = [await add('a', 5, { groupId }), await add('b', 5, { groupId })];
    await queue.wish({ ids: [b] }, 'cancel');
    await queue.start();
    await reached(a, 'done');
    await until(() => stateOf(groupId) === 'failed');
    expect(store.groups.get(groupId)?.problem).toEqual(problem('group-too-small', { count: 1 }));
    expect(server().calls).not.toContain('group one');
    await queue.stop('now');
    renewQueue();
    await queue.start();
    expect(stateOf(groupId)).toBe('failed');
  });

  it.each(['attention', 'fatal'] as const)(
    'that only a person can help (%s) fails with its reason, and is tried again at the next start',
    async (behaviour) => {
      const groupId = newGroup(2);
      await add('a', 5, { groupId });
      await add('b', 5, { groupId });
      server().before = (phase) => (phase === 'group' ? { behaviour, problem: broken } : undefined);
      await queue.start();
      await until(() => stateOf(groupId) === 'failed');
      expect(store.groups.get(groupId)?.problem).toEqual(broken);
      await queue.stop('now');
      server().before = () => undefined;
      renewQueue();
      await queue.start();
      await until(() => stateOf(groupId) === 'done');
      expect(store.groups.get(groupId)?.problem).toBeUndefined();
    },
  );

  it('keeps why it could not be joined while it is tried again', async () => {
    const groupId = newGroup(2);
    await add('a', 5, { groupId });
    await add('b', 5, { groupId });
    server().before = (phase) =>
      phase === 'group' && server().calls.filter((call) => call === 'group one').length < 3
        ? { behaviour: 'retry', problem: broken }
        : undefined;
    const seen = new Set<string | undefined>();
    queue.onChange(() => {
      const group = store.groups.get(groupId);
      if (group?.state === 'merging') seen.add(group.problem?.code);
    });
    await queue.start();
    await until(() => stateOf(groupId) === 'done');
    expect([...seen]).toContain('connection-broken');
    expect(server().groups).toHaveLength(1);
  });

  it('whose answer comes after the queue was stopped is in doubt at the next start', async () => {
    const groupId = newGroup(2);
    await add('a', 5, { groupId });
    await add('b', 5, { groupId });
    const hold = gate();
    server().before = async (phase) => {
      if (phase === 'group') await hold.closed;
      return undefined;
    };
    await queue.start();
    await until(() => server().calls.includes('group one'));
    await queue.stop('now');
    hold.open();
    await until(() => server().groups.length === 1);
    expect(stateOf(groupId)).toBe('merging');
    expect(store.shares.page({}, { limit: 9 }).rows.filter(({ isGroup }) => isGroup)).toEqual([]);
  });
});
