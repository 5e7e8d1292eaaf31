import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { App } from './app.svelte.ts';
import type { Client } from './client.ts';
import { QueueActions } from './queue-actions.svelte.ts';
import type { Transport } from './transport.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const row = (id: number, acknowledged: number): TransferView => ({
  id,
  state: 'uploading',
  wish: 'run',
  name: `file ${id}`,
  path: `/file ${id}`,
  folder: [],
  size: 100,
  acknowledged,
  inFlight: 0,
  serverId: 's',
  serverName: 'Hafen',
  priority: 0,
  attempts: 0,
  restarts: 0,
  createdAt: 0,
  change: 1,
});

/** The window over an engine that only notes what is wished. */
const desk = () => {
  const wishes: string[] = [];
  const client = {
    on: () => () => undefined,
    call: (_: string, { filter, wish }: { filter: { ids?: number[]; states?: string[] }; wish: string }) => {
      wishes.push(`${wish} ${(filter.ids ?? filter.states ?? []).join(',')}`);
      return Promise.resolve({ changed: [], refused: [] });
    },
  };
  const app = new App(client as unknown as Client, { onState: () => undefined } as unknown as Transport);
  const actions = new QueueActions(app);
  const press = (): void => {
    const [slip] = app.slips;
    slip?.actions[0]?.act();
    if (slip !== undefined) app.dropSlip(slip.id);
  };
  return { app, actions, wishes, press };
};

test('a cancel pauses, and frees the server when the way back has gone', async () => {
  const { app, actions, wishes } = desk();
  await actions.cancel([row(1, 50), row(2, 0)]);
  expect(wishes).toEqual(['pause 1', 'cancel 2']);
  expect(actions.leaving.has(1)).toBe(true);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(app.slips).toEqual([]);
  expect(wishes.slice(2)).toEqual(['cancel 1']);
  expect(actions.leaving.size).toBe(0);
});

test('a cancel that is taken back goes on, and nothing is freed', async () => {
  const { actions, wishes, press } = desk();
  await actions.cancel([row(1, 50), row(2, 0)]);
  press();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(wishes.slice(2)).toEqual(['resume 1', 'retry 2']);
});

test('whoever lets a cancelled upload go on has taken its cancel back', async () => {
  const { actions, wishes } = desk();
  await actions.cancel([row(1, 50)]);
  await actions.resume([1]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(wishes).toEqual(['pause 1', 'resume 1']);
});

test('to go on with all is not meant for what was just cancelled', async () => {
  const { actions, wishes } = desk();
  await actions.cancel([row(1, 50)]);
  await actions.resumeAll();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(wishes).toEqual(['pause 1', 'cancel 1', 'resume paused']);
});

test('the way back stays while somebody looks at it, and is there as long as it is shown', async () => {
  const { app, actions, wishes } = desk();
  await actions.cancel([row(1, 50)]);
  await vi.advanceTimersByTimeAsync(7_000);
  app.holdSlips();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(app.slips).toHaveLength(1);
  expect(wishes).toEqual(['pause 1']);
  app.releaseSlips();
  await vi.advanceTimersByTimeAsync(2_999);
  expect(app.slips).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(wishes).toEqual(['pause 1', 'cancel 1']);
});

test('nothing is said to be cancelled where nothing could be', async () => {
  const { app, actions } = desk();
  await actions.cancel([]);
  expect(app.slips).toEqual([]);
});
