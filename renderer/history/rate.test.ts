import { expect, it } from 'vitest';
import type { HistoryView } from '../../preload/contract.ts';
import { averageRate } from './rate.ts';

const row = (more: Partial<HistoryView>): HistoryView => ({
  id: 1,
  transferId: 1,
  at: 0,
  ending: 'done',
  name: 'a',
  path: '/a',
  size: 3_000_000,
  serverId: 's',
  serverName: 'Hafen',
  took: 1_500,
  ...more,
});

it('gives bytes a second over the whole upload', () => {
  expect(averageRate(row({}))).toBe(2_000_000);
});
it('gives no speed where nothing tells it', () => {
  for (const more of [{ took: 0 }, { size: 0 }, { ending: 'failed' }, { ending: 'cancelled' }] as const)
    expect(averageRate(row(more))).toBeUndefined();
});
