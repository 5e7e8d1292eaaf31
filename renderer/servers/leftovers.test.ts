import { expect, test } from 'vitest';
import type { LeftoverView } from '../../preload/contract.ts';
import { Capacities, capacityWords } from './capacity.svelte.ts';
import { CallError, type Client } from '../client/client.ts';
import { LeftoverNotes, Leftovers } from './leftovers.svelte.ts';

const row = (id: string, size = 100): LeftoverView => ({
  id,
  name: `${id}.bin`,
  path: `/${id}.bin`,
  size,
  kind: 'unfinished',
});
const problem = { code: 'lock-held', params: {}, message: 'Somebody is uploading it.' };

const desk = (rows: LeftoverView[]) => {
  const cleaned: string[][] = [];
  let down = false;
  const client = {
    call: (name: string, { ids = [] }: { ids?: string[] }) => {
      if (down) return Promise.reject(new CallError({ code: 'server-unreachable', params: {}, message: 'No answer.' }));
      if (name === 'leftovers.list') return Promise.resolve({ rows });
      cleaned.push(ids);
      return Promise.resolve({
        // What is gone already is in neither list.
        cleaned: ids.filter((id) => !id.startsWith('held') && !id.startsWith('gone')),
        refused: ids.filter((id) => id.startsWith('held')).map((id) => ({ id, problem })),
      });
    },
  } as unknown as Pick<Client, 'call'>;
  const notes = new LeftoverNotes();
  return { left: new Leftovers(client, notes, 's'), notes, cleaned, goDown: (now: boolean) => (down = now) };
};
const idsOf = (left: Leftovers): readonly string[] | undefined => left.rows?.map(({ id }) => id);

test('what is found is summed up, and noted for the card of its server', async () => {
  const { left, notes } = desk([row('a', 100), row('b', 250)]);
  expect(notes.of('s')).toBeUndefined();
  await left.load();
  expect([left.sum, notes.of('s'), notes.of('other')]).toEqual([
    { count: 2, size: 350 },
    { count: 2, size: 350 },
    undefined,
  ]);
});

test('one, several or all are cleaned, and the note goes with the last', async () => {
  const { left, notes, cleaned } = desk([row('a'), row('b'), row('c'), row('d')]);
  await left.load();
  await left.clean(['a']);
  left.choose('b');
  left.choose('c');
  await left.clean(left.chosenRows.map(({ id }) => id));
  expect([idsOf(left), left.chosen.size, left.cleaned]).toEqual([['d'], 0, { count: 3, size: 300 }]);
  left.chooseAll();
  expect([...left.chosen]).toEqual(['d']);
  left.chooseAll();
  expect(left.chosen.size).toBe(0);
  await left.clean(['d']);
  expect([idsOf(left), notes.of('s'), cleaned]).toEqual([[], undefined, [['a'], ['b', 'c'], ['d']]]);
});

test('what is refused stays with its reason, and what was gone already is not counted as cleaned', async () => {
  const { left } = desk([row('a'), row('held'), row('gone')]);
  await left.load();
  await left.clean(['a', 'held', 'gone']);
  expect([idsOf(left), left.cleaned.count]).toEqual([['held'], 1]);
  expect(left.refused.get('held')?.message).toBe('Somebody is uploading it.');
});

test('a server that does not answer leaves the list as it was, with words', async () => {
  const { left, goDown } = desk([row('a')]);
  await left.load();
  goDown(true);
  await left.clean(['a']);
  expect([idsOf(left), left.problem?.code, left.cleaning]).toEqual([['a'], 'server-unreachable', false]);
  goDown(false);
  await left.load();
  expect(left.problem).toBeUndefined();
});

test('room is told in words, and asked for only where a server has folders', async () => {
  expect(capacityWords({ total: 50e9, used: 12e9 })).toEqual({ text: '12 GB of 50 GB used', full: false });
  expect(capacityWords({ total: 50e9, used: 50e9 })?.full).toBe(true);
  expect(capacityWords({ total: 0, used: 5 })).toBeUndefined();
  const asked: string[] = [];
  let down = false;
  const capacities = new Capacities({
    call: (_: string, { serverId }: { serverId: string }) => {
      asked.push(serverId);
      return down ? Promise.reject(new Error('down')) : Promise.resolve({ capacity: { total: 10, used: 1 } });
    },
  } as unknown as Pick<Client, 'call'>);
  const server = (id: string, folders: boolean) => ({ id, capabilities: { folders } }) as never;
  await capacities.ask(server('plain', false));
  await capacities.ask(server('cloud', true));
  expect([asked, capacities.of('cloud'), capacities.of('plain')]).toEqual([
    ['cloud'],
    { total: 10, used: 1 },
    undefined,
  ]);
  down = true;
  await capacities.ask(server('cloud', true));
  expect(capacities.of('cloud')).toBeUndefined();
});

test('closing the sheet cancels the list that it waits for', () => {
  const signals: (AbortSignal | undefined)[] = [];
  const call = (_name: string, _input: unknown, signal?: AbortSignal): Promise<never> => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const left = new Leftovers({ call }, new LeftoverNotes(), 's');
  void left.load();
  expect(signals.map((signal) => signal?.aborted)).toEqual([false]);
  left.stop();
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});
