import { expect, test } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { decision, type DecisionRole } from '../../preload/decisions.ts';
import { App } from './app.svelte.ts';
import type { Client } from './client.ts';
import { Decisions, decisionWords } from './decisions.svelte.ts';
import type { Transport } from './transport.ts';

const asks = (id: number, code: string, ...roles: readonly DecisionRole[]): TransferView =>
  ({
    id,
    state: 'attention',
    name: `${id}.jpg`,
    serverId: 's',
    serverName: 'cloud',
    problem: { code, params: { fingerprint: 'AB:CD' }, message: '' },
    decisions: roles.map(decision),
  }) as unknown as TransferView;
const taken = (id: number): TransferView => asks(id, 'name-exists', 'skip', 'new-version', 'rename');

const desk = (waiting: readonly TransferView[]) => {
  const decided: unknown[] = [];
  const client = {
    on: () => () => undefined,
    call: (name: string, input: unknown) => {
      if (name === 'transfers.list') return Promise.resolve({ rows: waiting });
      decided.push(input);
      return Promise.resolve({ changed: [], refused: [], notices: [] });
    },
  };
  const app = new App(client as unknown as Client, { onState: () => undefined } as unknown as Transport);
  return { app, decided, decisions: new Decisions(app) };
};

test('the others that ask the same are offered the same decision, once', async () => {
  const { app, decided, decisions } = desk([taken(1), taken(2), asks(3, 'signed-out', 'sign-in'), taken(4)]);
  await decisions.decide(taken(1), decision('rename'));
  expect(decided).toEqual([{ ids: [1], decision: 'rename' }]);
  const [slip] = app.slips.all;
  expect(slip?.text).toBe('2 more names are taken on cloud.');
  slip?.actions[0]?.act();
  expect(decided[1]).toEqual({ ids: [2, 4], decision: 'rename' });
});

test('what was skipped can still be stored, together with the others that were', async () => {
  const out = (id: number): TransferView => ({
    ...asks(id, 'name-skipped', 'new-version', 'rename'),
    state: 'cancelled',
  });
  const cancelled: TransferView = { ...asks(3, 'name-exists'), state: 'cancelled' };
  const { app, decided, decisions } = desk([out(1), out(2), cancelled]);
  await decisions.decide(out(1), decision('new-version'));
  app.slips.all[0]?.actions[0]?.act();
  expect(decided).toEqual([
    { ids: [1], decision: 'new-version' },
    { ids: [2], decision: 'new-version' },
  ]);
});

test('nothing is offered where nobody else asks', async () => {
  const { app, decisions } = desk([taken(1)]);
  await decisions.decide(taken(1), decision('skip'));
  expect(app.slips.all).toEqual([]);
});

test('a name or a sign-in is asked for in a sheet before anything is decided', async () => {
  const { app, decided, decisions } = desk([]);
  const rename = { ...decision('rename'), needs: 'name' } as const;
  await decisions.decide(asks(1, 'name-refused', 'rename'), rename);
  expect(decisions.asked?.decision).toEqual(rename);
  await decisions.decide(asks(1, 'name-refused', 'rename'), rename, 'b.jpg');
  expect(decided).toEqual([{ ids: [1], decision: 'rename', value: 'b.jpg' }]);
  await decisions.decide(asks(2, 'signed-out', 'sign-in'), decision('sign-in'));
  expect([app.sheets.signIn?.serverId, decided.length]).toEqual(['s', 1]);
});

test('a certificate is trusted by the fingerprint that was shown', async () => {
  const { decided, decisions } = desk([]);
  await decisions.decide(asks(1, 'certificate-changed', 'trust-certificate'), decision('trust-certificate'));
  expect(decided).toEqual([{ ids: [1], decision: 'trust-certificate', value: 'AB:CD' }]);
});

test('every role has words in the window', () => {
  expect(decisionWords(decision('mark-uploaded')).label).toBe('Mark as uploaded');
  expect(decisionWords(decision('mark-uploaded')).help).toContain('does not check it again');
  expect(decisionWords(decision('retry'))).toEqual({ label: 'Try again' });
});
