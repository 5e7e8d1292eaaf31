import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { App } from '../client/app.svelte.ts';
import type { Client } from '../client/client.ts';
import { QueueActions } from './actions.svelte.ts';
import type { Transport } from '../client/transport.ts';
import { transferRow } from '../../test/fakes/transfer-row.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const row = (id: number, acknowledged: number): TransferView => transferRow(id, { acknowledged });

/** The window over an engine that only notes what is wished; `refuses`: ids whose state allows nothing. */
const desk = (refuses: readonly number[] = []) => {
  const wishes: string[] = [];
  const asked: Asked[] = [];
  type Asked = { filter: { ids?: number[]; states?: string[]; undoable?: true }; wish: string; undoMs?: number };
  const client = {
    on: () => () => undefined,
    call: (_: string, input: Asked) => {
      asked.push(input);
      const { filter, wish, undoMs } = input;
      const { ids = [], states = [], undoable } = filter;
      wishes.push(
        `${wish} ${[...ids, ...states].join(',')}${undoMs === undefined ? '' : ' with undo'}${undoable === true ? ' if undoable' : ''}`,
      );
      const refused = ids.filter((id) => wish === 'undo' && refuses.includes(id));
      return Promise.resolve({
        changed: ids.filter((id) => !refused.includes(id)),
        refused: refused.map((id) => ({ id, state: 'cancelled' })),
      });
    },
  };
  const app = new App(client as unknown as Client, { onState: () => undefined } as unknown as Transport);
  const actions = new QueueActions(app);
  const press = (): void => {
    const [slip] = app.slips.all;
    slip?.actions[0]?.act();
    if (slip !== undefined) app.slips.drop(slip.id);
  };
  return { app, actions, wishes, asked, press };
};

test('a cancel is carried out when its undo is no longer offered, but for what was resumed since', async () => {
  const { app, actions, wishes } = desk();
  await actions.cancel([row(1, 50), row(2, 0)]);
  expect(wishes).toEqual(['cancel 1,2 with undo']);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(app.slips.all).toEqual([]);
  expect(wishes.slice(1)).toEqual(['cancel 1,2 if undoable']);
});

test('an undone cancel is carried out by nobody', async () => {
  const { app, actions, wishes, press } = desk();
  await actions.cancel([row(1, 50), row(2, 0)]);
  press();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(wishes.slice(1)).toEqual(['undo 1,2']);
  expect(app.slips.all).toEqual([]);
});

test('an undo by keyboard takes its line away, and is not offered twice', async () => {
  const { app, actions, wishes } = desk();
  await actions.cancel([row(1, 50)]);
  await actions.undo();
  expect(app.slips.all).toEqual([]);
  await actions.undo();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(wishes.slice(1)).toEqual(['undo 1']);
});

test('the undo stays while somebody looks at it, and the host keeps the file as long as it is shown', async () => {
  const { app, actions, wishes } = desk();
  await actions.cancel([row(1, 50)]);
  await vi.advanceTimersByTimeAsync(7_000);
  app.slips.hold();
  await vi.advanceTimersByTimeAsync(55_000);
  expect(app.slips.all).toHaveLength(1);
  // Six times in this minute, after each of which the host keeps it for half a minute.
  expect(wishes).toEqual(['cancel 1 with undo', ...Array.from({ length: 6 }, () => 'cancel 1 with undo if undoable')]);
  app.slips.release();
  await vi.advanceTimersByTimeAsync(2_999);
  expect(app.slips.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(wishes.slice(7)).toEqual(['cancel 1 if undoable']);
});

test('resuming what was cancelled takes the offer to undo away, and nothing cancels it later', async () => {
  const { app, actions, wishes } = desk();
  await actions.cancel([row(1, 50)]);
  await actions.resume([1]);
  expect(app.slips.all).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(wishes.slice(1)).toEqual(['resume 1']);
});

test('an undo on the row of one of several leaves the offer for the others', async () => {
  const { app, actions, wishes } = desk();
  await actions.cancel([row(1, 50), row(2, 50)]);
  await actions.undoOf(row(1, 50));
  expect(app.slips.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(8_000);
  // The host leaves the first one alone: it is not undoable any more.
  expect(wishes.slice(1)).toEqual(['undo 1', 'cancel 1,2 if undoable']);
});

test('an undo that comes too late says so', async () => {
  const { app, actions, press } = desk([1]);
  await actions.cancel([row(1, 50)]);
  press();
  await vi.advanceTimersByTimeAsync(0);
  expect(app.slips.all.map(({ text }) => text)).toEqual([
    'file 1 is already cancelled and cannot be restored. Add it again to upload it.',
  ]);
});

test('nothing is said to be cancelled where nothing could be', async () => {
  const { app, actions } = desk();
  await actions.cancel([]);
  expect(app.slips.all).toEqual([]);
});

test('a pause or resume of all transfers names no states, so that the engine decides which ones that means', async () => {
  const { actions, asked } = desk();
  await actions.pauseAll();
  await actions.resumeAll();
  expect(asked).toEqual([
    { filter: {}, wish: 'pause' },
    { filter: {}, wish: 'resume' },
  ]);
});
