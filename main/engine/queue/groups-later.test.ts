/** Groups that could not be joined at once, on a clock of their own. */
import { expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { fail } from '../outcome.ts';
import type { AnyProvider } from '../providers/provider.ts';
import { Groups } from './groups.ts';

bench.prepareQueue();

/** A group of two files that are uploaded; `withShare`: how many of them have a share. */
const joinable = async (serverId = 'one', withShare = 2): Promise<number> => {
  const { groups, transfers } = bench.store;
  const groupId = groups.add({ serverId, options: {}, count: 2, createdAt: 0 });
  for (const n of [0, 1]) {
    const id = await bench.add(`${n}`, 5, { groupId, serverId });
    const share = { key: `${serverId}-${n}`, link: `memory:${n}`, deleteKey: 'dk' };
    transfers.update(id, { state: 'done' });
    transfers.end(id, 'done', 0, serverId, n < withShare ? { share } : {});
  }
  return groupId;
};

/** Groups whose every look is awaited, with servers that join them as given. */
const scene = (join: NonNullable<AnyProvider['group']>) => {
  const clock = { now: 1_000 };
  const asked: string[] = [];
  let changes = 0;
  const server = bench.serving((_, id) => ({ group: (...given) => (asked.push(id), join(...given)) }));
  const changed = (): void => void changes++;
  const deps = bench.asking(() => clock.now, { server, changed, random: () => 1 });
  // Each group for itself: a server that is left alone after two failures is another matter.
  const attempts = {
    cooldowns: deps.attempts.cooldowns,
    run: <T>(_: string, __: unknown, work: () => T) => Promise.resolve().then(work),
  };
  const groups = new Groups({ ...deps, attempts: attempts as never });
  const look = async (times: number): Promise<void> => {
    const before = changes;
    groups.look();
    await bench.until(() => changes === before + times);
  };
  return { clock, asked, groups, look };
};
const away = (): Promise<ReturnType<typeof fail>> => Promise.resolve(fail('retry', bench.broken));

it('a group that could not be joined is tried again after waits that grow, and not before', async () => {
  const id = await joinable();
  const { clock, asked, groups, look } = scene(away);
  await look(1);
  expect(groups.nextDue()).toBe(3_000);
  expect(bench.store.groups.get(id)).toMatchObject({ state: 'merging', problem: bench.broken });
  await look(0);
  clock.now = 3_000;
  await look(1);
  expect(groups.nextDue()).toBe(7_000);
  expect(asked).toHaveLength(2);
});

it('groups that wait are tried at once where their server works again, or where the clock was put back', async () => {
  await joinable('one');
  await joinable('two');
  const { clock, asked, groups, look } = scene(away);
  await look(2);
  groups.wake(clock.now, 'two');
  expect(groups.nextDue()).toBe(clock.now);
  await look(1);
  expect(asked).toEqual(['one', 'two', 'two']);
  groups.wake(clock.now);
  await look(2);
  expect(asked).toHaveLength(5);
});

it('one whose joining broke off is in doubt, and whatever goes wrong in it is shown and waited for', async () => {
  const id = await joinable();
  const doubts: (boolean | undefined)[] = [];
  const { clock, groups, look } = scene((_shares, { inDoubt }) => {
    doubts.push(inDoubt);
    throw new TypeError('unexpected');
  });
  await look(1);
  expect(bench.store.groups.get(id)?.problem?.code).toBe('internal');
  clock.now = groups.nextDue() ?? 0;
  await look(1);
  expect(doubts).toEqual([false, true]);
});

it('a group does not wait for a file that failed and is none of it', async () => {
  await joinable();
  const stranger = await bench.add('c');
  bench.store.transfers.update(stranger, { state: 'failed' });
  const { asked, look } = scene(away);
  await look(1);
  expect(asked).toEqual(['one']);
});

it('files without a share do not count as part of a group', async () => {
  const id = await joinable('one', 1);
  const { asked, look } = scene(away);
  await look(1);
  expect(asked).toEqual([]);
  expect(bench.store.groups.get(id)).toMatchObject({
    state: 'failed',
    problem: { code: 'group-too-small', params: { count: 1 } },
  });
});
