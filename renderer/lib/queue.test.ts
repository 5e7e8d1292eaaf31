import { beforeEach, expect, test, vi } from 'vitest';
import type { Section, TransferView } from '../../preload/contract.ts';
import type { App } from './app.svelte.ts';
import { Queue } from './queue.svelte.ts';
import { sectionNames, sectionOf } from './sections.ts';

const transfer = (id: number, state: TransferView['state'], more: Partial<TransferView> = {}): TransferView => ({
  id,
  state,
  wish: 'run',
  name: `file ${id}`,
  path: `/file ${id}`,
  folder: [],
  size: 100,
  acknowledged: 0,
  inFlight: 0,
  serverId: 's',
  serverName: 'Hafen',
  priority: 0,
  attempts: 0,
  restarts: 0,
  createdAt: 0,
  change: 1,
  ...more,
});

/** An engine that is a list, and counts what it is asked. */
const engine = (rows: TransferView[]) => {
  const asked: string[] = [];
  let hear: (payload: { rows: TransferView[]; removed: number[]; change: number }) => void = () => undefined;
  let back: () => void = () => undefined;
  const of = (section: Section): TransferView[] => rows.filter((row) => sectionOf(row) === section);
  const app = {
    serverId: undefined,
    tellError: (error: unknown) => {
      throw error;
    },
    onReconnect: (listener: () => void) => {
      back = listener;
      return () => undefined;
    },
    client: {
      on: (_: string, listener: typeof hear) => {
        hear = listener;
        return () => undefined;
      },
      call: (name: string, input: { section?: Section; skip?: number; limit?: number; change?: number }) => {
        asked.push(input.section === undefined ? name : `${name} ${input.section} ${input.skip ?? 0}`);
        if (name === 'transfers.sections')
          return Promise.resolve({
            sections: Object.fromEntries(sectionNames.map((one) => [one, { count: of(one).length, bytes: 0 }])),
            change: 1,
          });
        if (name === 'transfers.since')
          return Promise.resolve({
            rows: [rows[0]],
            removed: [],
            change: 9,
            more: false,
            complete: (input.change ?? 0) > 0,
          });
        const skip = input.skip ?? 0;
        return Promise.resolve({
          rows: of(input.section ?? 'next').slice(skip, skip + (input.limit ?? 50)),
          change: 1,
        });
      },
    },
  };
  return {
    app: app as unknown as App,
    asked,
    change: (row: TransferView) => {
      const at = rows.findIndex((one) => one.id === row.id);
      if (at === -1) rows.push(row);
      else rows[at] = row;
      hear({ rows: [row], removed: [], change: 2 });
    },
    reconnect: () => back(),
  };
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined });
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('a row that moves is patched where it stands, and nothing is asked for it', async () => {
  const { app, asked, change } = engine([transfer(1, 'uploading'), transfer(2, 'queued')]);
  const queue = new Queue(app);
  queue.start();
  await queue.reload();
  asked.length = 0;
  for (let n = 1; n <= 20; n++) {
    change(transfer(1, 'uploading', { acknowledged: n }));
    await pass(50);
  }
  await pass(300);
  expect(queue.row('under-way', 0)?.acknowledged).toBe(20);
  expect(asked).toEqual([]);
});

test('a row that ends changes its section, and only what changed is asked for', async () => {
  const { app, asked, change } = engine([transfer(1, 'uploading'), transfer(2, 'queued'), transfer(3, 'failed')]);
  const queue = new Queue(app);
  queue.start();
  await queue.reload();
  asked.length = 0;
  change(transfer(1, 'done'));
  await pass(300);
  expect(queue.sums.done.count).toBe(1);
  expect(queue.row('done', 0)?.id).toBe(1);
  expect(queue.row('under-way', 0)).toBeUndefined();
  expect(asked).toEqual(['transfers.sections', 'transfers.section done 0']);
});

test('under the pointer a row keeps its place, for two seconds at most', async () => {
  const { app, change } = engine([transfer(1, 'uploading')]);
  const queue = new Queue(app);
  queue.start();
  await queue.reload();
  queue.resting = true;
  change(transfer(1, 'done'));
  await pass(1_500);
  expect(queue.sums['under-way'].count).toBe(1);
  expect(queue.row('under-way', 0)?.state).toBe('done');
  await pass(1_000);
  expect(queue.sums['under-way'].count).toBe(0);
});

test('rows out of sight may move without a list being asked for again and again', async () => {
  const rows = Array.from({ length: 400 }, (_, n) => transfer(n + 1, 'uploading'));
  const { app, asked, change } = engine(rows);
  const queue = new Queue(app);
  queue.start();
  await queue.reload();
  change(transfer(390, 'uploading', { acknowledged: 1 }));
  await pass(300);
  asked.length = 0;
  for (let n = 2; n < 10; n++) {
    change(transfer(390, 'uploading', { acknowledged: n }));
    await pass(300);
  }
  expect(asked).toEqual([]);
});

test('after a break what was missed is asked for, and not everything', async () => {
  const { app, asked, reconnect } = engine([transfer(1, 'uploading', { acknowledged: 50 }), transfer(2, 'queued')]);
  const queue = new Queue(app);
  queue.start();
  await queue.reload();
  asked.length = 0;
  reconnect();
  await pass(300);
  expect(asked).toEqual(['transfers.since']);
});

test('a choice reaches over sections and pages, and over what was forgotten since', async () => {
  const rows = [transfer(1, 'uploading'), ...Array.from({ length: 120 }, (_, n) => transfer(n + 2, 'queued'))];
  const { app, change } = engine(rows);
  const queue = new Queue(app);
  queue.start();
  queue.unfolded.add('next');
  await queue.reload();
  const more = await queue.chooseBetween({ section: 'next', index: 110 }, { section: 'under-way', index: 0 });
  expect(more).toBe(false);
  expect(queue.chosen.size).toBe(112);
  expect(queue.chosenRows()).toHaveLength(112);
  change(transfer(90, 'failed'));
  await pass(300);
  expect(queue.chosenRows()).toHaveLength(112);
  expect(queue.chosenRows().find(({ id }) => id === 90)?.state).toBe('failed');
  queue.chooseNone();
  expect(queue.chosenRows()).toEqual([]);
});

test('no more is chosen at once than can be asked for, and that is told', async () => {
  const { app, asked } = engine(Array.from({ length: 5_000 }, (_, n) => transfer(n + 1, 'queued')));
  const queue = new Queue(app);
  queue.start();
  queue.unfolded.add('next');
  await queue.reload();
  asked.length = 0;
  expect(await queue.chooseBetween({ section: 'next', index: 0 }, { section: 'next', index: 4_999 })).toBe(true);
  expect(queue.chosen.size).toBe(2_000);
  expect(asked.length).toBeLessThanOrEqual(40);
});

test('the row that has the keyboard stays known while others are asked for', async () => {
  const { app, change } = engine(Array.from({ length: 400 }, (_, n) => transfer(n + 1, 'queued')));
  const queue = new Queue(app);
  queue.start();
  queue.unfolded.add('next');
  await queue.reload();
  queue.current = 3;
  queue.scrollTop = 300 * 34;
  await queue.rowAt({ section: 'next', index: 310 });
  change(transfer(312, 'paused'));
  await pass(300);
  expect(queue.byId(3)?.name).toBe('file 3');
  expect(queue.lines.some((line) => line.kind === 'row' && line.index === 2)).toBe(true);
});
