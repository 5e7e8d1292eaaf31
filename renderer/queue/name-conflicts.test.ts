import { expect, test } from 'vitest';
import type { ServerView, TransferView } from '../../preload/contract.ts';
import { App } from '../client/app.svelte.ts';
import type { Client } from '../client/client.ts';
import { decide, decisionsOf } from './name-conflicts.ts';
import type { Transport } from '../client/transport.ts';

const taken = (id: number, code = 'name-exists'): TransferView =>
  ({
    id,
    state: 'attention',
    name: `${id}.jpg`,
    serverId: 's',
    serverName: 'cloud',
    problem: { code, params: {}, message: '' },
  }) as unknown as TransferView;
const server = (conflict: readonly string[]): ServerView => ({ capabilities: { conflict } }) as unknown as ServerView;

const desk = (waiting: readonly TransferView[]) => {
  const decided: unknown[] = [];
  const client = {
    on: () => () => undefined,
    call: (name: string, input: unknown) => {
      if (name === 'transfers.list') return Promise.resolve({ rows: waiting });
      decided.push(input);
      return Promise.resolve({ changed: [], refused: [] });
    },
  };
  const app = new App(client as unknown as Client, { onState: () => undefined } as unknown as Transport);
  return { app, decided };
};

test('a taken name is answered only where it is asked, by what the server can do', () => {
  expect(decisionsOf(taken(1), server(['ask', 'skip', 'rename', 'version']))).toEqual(['skip', 'version', 'rename']);
  expect(decisionsOf(taken(1), server(['ask', 'skip']))).toEqual(['skip']);
  expect(decisionsOf(taken(1, 'quota-full'), server(['skip']))).toEqual([]);
  expect(decisionsOf({ ...taken(1), state: 'failed' }, server(['skip']))).toEqual([]);
  expect(decisionsOf(taken(1), undefined)).toEqual([]);
});

test('the others that ask the same are offered the same answer, once', async () => {
  const { app, decided } = desk([taken(1), taken(2), taken(3, 'signed-out'), taken(4)]);
  await decide(app, taken(1), 'rename');
  expect(decided).toEqual([{ ids: [1], conflict: 'rename' }]);
  const [slip] = app.slips.all;
  expect(slip?.text).toBe('2 more names are taken on cloud.');
  slip?.actions[0]?.act();
  expect(decided[1]).toEqual({ ids: [2, 4], conflict: 'rename' });
});

test('of what was left out another mind is possible, for the others that were as well', async () => {
  const out = (id: number): TransferView => ({ ...taken(id, 'name-skipped'), state: 'cancelled' });
  expect(decisionsOf(out(1), server(['ask', 'skip', 'rename', 'version']))).toEqual(['version', 'rename']);
  expect(decisionsOf({ ...taken(1), state: 'cancelled' }, server(['skip', 'version']))).toEqual([]);
  const { app, decided } = desk([out(1), out(2), { ...taken(3), state: 'cancelled' }]);
  await decide(app, out(1), 'version');
  app.slips.all[0]?.actions[0]?.act();
  expect(decided).toEqual([
    { ids: [1], conflict: 'version' },
    { ids: [2], conflict: 'version' },
  ]);
});

test('nothing is offered where nobody else asks', async () => {
  const { app } = desk([taken(1)]);
  await decide(app, taken(1), 'skip');
  expect(app.slips.all).toEqual([]);
});
