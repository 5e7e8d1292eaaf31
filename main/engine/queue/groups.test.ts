import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { add, gate, heldAt, queue, reached, server, store, until } from '../../../test/fakes/queue-bench.ts';

const newGroup = (count: number): number =>
  store.groups.add({ serverId: 'one', options: {}, count, createdAt: Date.now() });
/** Names of the files of each group that was made; they are opened side by side, in either order. */
const joined = (): readonly (readonly string[])[] =>
  server().groups.map((keys) => keys.map((key) => key.split('-')[0] ?? '').sort());
const stateOf = (id: number): string | undefined => store.groups.get(id)?.state;

describe('a group', () => {
  it('keeps its files in the list until they are joined', async () => {
    const groupId = newGroup(2);
    const hold = gate();
    server().before = heldAt(hold, 'finish');
    const first = await add('a', 5, { groupId });
    server().before = async (phase, name) => {
      if (phase === 'finish' && name === 'b') await hold.closed;
      return undefined;
    };
    const second = await add('b', 5, { groupId });
    await queue.start();
    await reached(first, 'done');
    expect([...(await queue.wish({ ids: [first] }, 'remove')).refused]).toEqual([[first, 'done']]);
    hold.open();
    await until(() => stateOf(groupId) === 'done');
    expect(joined()).toEqual([['a', 'b']]);
    expect((await queue.wish({ ids: [first, second] }, 'remove')).changed).toHaveLength(2);
  });

  it('is joined when its files are retried, where only a person could go on', async () => {
    const groupId = newGroup(2);
    const ids = [await add('a', 5, { groupId }), await add('b', 5, { groupId })];
    server().before = (phase) =>
      phase === 'group' ? { behaviour: 'attention', problem: problem('password-wrong', { server: 'one' }) } : undefined;
    await queue.start();
    await until(() => stateOf(groupId) === 'failed');
    server().before = () => undefined;
    expect((await queue.wish({ ids }, 'retry')).changed).toHaveLength(2);
    await until(() => stateOf(groupId) === 'done');
    expect(store.groups.get(groupId)?.problem).toBeUndefined();
  });

  it('is joined when a password was given, where one was missing', async () => {
    const groupId = newGroup(2);
    await add('a', 5, { groupId });
    await add('b', 5, { groupId });
    server().before = (phase) =>
      phase === 'group' ? { behaviour: 'attention', problem: problem('password-wrong', { server: 'one' }) } : undefined;
    await queue.start();
    await until(() => stateOf(groupId) === 'failed');
    server().before = () => undefined;
    queue.reviveGroups('two');
    expect(stateOf(groupId)).toBe('failed');
    queue.reviveGroups('one');
    expect(queue.joining.map((group) => group.id)).toEqual([groupId]);
    await until(() => stateOf(groupId) === 'done');
  });

  it('waits for a file that failed, until the person retries it or goes without', async () => {
    const groupId = newGroup(3);
    const [, , last] = [await add('a', 5, { groupId }), await add('b', 5, { groupId }), await add('c', 5, { groupId })];
    const full = problem('server-refused', { server: 'one', status: 403, words: asSaid('no') });
    server().before = (phase, name) =>
      phase === 'open' && name === 'c' ? { behaviour: 'fatal', problem: full } : undefined;
    await queue.start();
    await reached(last, 'failed');
    queue.pump();
    expect(stateOf(groupId)).toBe('open');
    await queue.wish({ ids: [last] }, 'cancel');
    await until(() => stateOf(groupId) === 'done');
    expect(joined()).toEqual([['a', 'b']]);
  });
});
