import { expect, test } from 'vitest';
import { ContractError, type CallOutput } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { decideInTray } from './decide-in-tray.ts';
import { FakeClient } from './test-rows.ts';

type Decided = CallOutput<'transfers.decide'>;

const unreachable = problemView(problem('server-unreachable', { server: 'Hafen', reason: 'no-answer' }));

const scene = (answer: () => Decided) => {
  const client = new FakeClient({ 'transfers.decide': answer });
  const told: unknown[] = [];
  const decided = decideInTray(client, (event, payload) => told.push([event, payload]), { id: 7, decision: 'retry' });
  return { client, told, decided };
};

test('takes the decision, and says nothing where that worked', async () => {
  const { client, told, decided } = scene(() => ({ changed: [7], refused: [], notices: [] }));
  expect(await decided).toBe(true);
  expect(client.asked).toEqual([{ name: 'transfers.decide', input: { ids: [7], decision: 'retry' } }]);
  expect(told).toEqual([]);
});

test('tells the window why a decision was refused, or what came with it', async () => {
  const refused = scene(() => ({ changed: [], refused: [{ id: 7, problem: unreachable }], notices: [] }));
  expect(await refused.decided).toBe(false);
  expect(refused.told).toEqual([['notice', { problem: unreachable }]]);
  const noted = scene(() => ({ changed: [7], refused: [], notices: [unreachable] }));
  expect(await noted.decided).toBe(true);
  expect(noted.told).toEqual([['notice', { problem: unreachable }]]);
});

test('tells the window why the engine could not be asked', async () => {
  const { told, decided } = scene(() => {
    throw new ContractError(unreachable);
  });
  expect(await decided).toBe(false);
  expect(told).toEqual([['notice', { problem: unreachable }]]);
});
