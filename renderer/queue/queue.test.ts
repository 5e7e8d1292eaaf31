import { beforeEach, expect, test, vi } from 'vitest';
import type { Section, TransferView } from '../../preload/contract.ts';
import type { App } from '../client/app.svelte.ts';
import { Queue } from './queue.svelte.ts';
import { sectionOf, sections } from '../../preload/states.ts';
import { transferRow } from '../../test/fakes/transfer-row.ts';

const transfer = (id: number, state: TransferView['state'], more: Partial<TransferView> = {}): TransferView =>
  transferRow(id, { state, ...more });

type Page = { readonly section: Section; readonly skip: number; readonly limit: number };

const answer = (rows: readonly TransferView[], pages: readonly Page[]) => {
  const of = (section: Section): readonly TransferView[] => rows.filter((row) => sectionOf(row) === section);
  return {
    sections: Object.fromEntries(sections.map((one) => [one, { count: of(one).length, bytes: 0, inside: 0 }])),
    pages: pages.map(({ section, skip, limit }) => of(section).slice(skip, skip + limit)),
    change: 1,
  };
};

/** An engine that is a list, and counts what it is asked. `late`: ms until it has answered. */
const engine = (rows: TransferView[], late = 0) => {
  const asked: string[] = [];
  let hear: (payload: { rows: TransferView[]; removed: number[]; change: number }) => void = () => undefined;
  let back: () => void = () => undefined;
  const app = {
    navigation: { serverId: undefined },
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
      call: (name: string, { pages = [], change = 0 }: { pages?: readonly Page[]; change?: number }) => {
        asked.push(name, ...pages.map(({ section, skip }) => `${section} ${skip}`));
        return name === 'transfers.since'
          ? Promise.resolve({ rows: [rows[0]], removed: [], change: 9, more: false, complete: change > 0 })
          : new Promise((resolve) => {
              if (late === 0) resolve(answer(rows, pages));
              else setTimeout(() => resolve(answer(rows, pages)), late);
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

const newPage = () => Object.assign(new EventTarget(), { hidden: false });
let page = newPage();
const show = (shown: boolean): void => {
  page.hidden = !shown;
  page.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers();
  page = newPage();
  vi.stubGlobal('document', page);
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

test('nothing is drawn or asked for while the window is hidden, and everything is when it is shown', async () => {
  const { app, asked, change } = engine([transfer(1, 'uploading'), transfer(2, 'queued')]);
  const queue = new Queue(app);
  const stop = queue.start();
  await queue.reload();
  asked.length = 0;
  show(false);
  change(transfer(1, 'uploading', { acknowledged: 50 }));
  change(transfer(2, 'done'));
  await pass(60_000);
  expect(queue.row('under-way', 0)?.acknowledged).toBe(0);
  expect(queue.row('next', 0)?.state).toBe('queued');
  expect(asked).toEqual([]);
  show(true);
  await pass(300);
  expect(queue.row('under-way', 0)?.acknowledged).toBe(50);
  expect(queue.row('done', 0)?.id).toBe(2);
  stop();
});

test('a row that ends changes its section, and what is in sight is asked for as one question', async () => {
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
  expect(asked).toEqual(['transfers.rows', 'under-way 0', 'failed 0', 'next 0', 'done 0']);
});

test('only the row under the pointer keeps its place, for two seconds at most, as it was there', async () => {
  const { app, change } = engine([1, 2, 3, 4].map((id) => transfer(id, 'uploading')));
  const queue = new Queue(app);
  queue.start();
  await queue.reload();
  queue.rest.on(2);
  change(transfer(1, 'done'));
  change(transfer(2, 'done'));
  await pass(500);
  const drawn = (section: Section): readonly string[] =>
    (queue.blocks.find((block) => block.section === section)?.count ?? 0) === 0
      ? []
      : Array.from({ length: queue.blocks.find((block) => block.section === section)?.count ?? 0 }, (_, index) => {
          const row = queue.row(section, index);
          return `${row?.id} ${row?.state}`;
        });
  // The first one left at once, the second one is still where the pointer is.
  expect(drawn('under-way')).toEqual(['3 uploading', '2 uploading', '4 uploading']);
  expect(drawn('done')).toEqual(['1 done']);
  expect(queue.placeOf(2)).toEqual({ section: 'under-way', index: 1 });
  await pass(2_500);
  expect(drawn('under-way')).toEqual(['3 uploading', '4 uploading']);
  expect(drawn('done')).toEqual(['1 done', '2 done']);
});

test('a row that the pointer leaves, or that the person does something with, goes where it belongs at once', async () => {
  const { app, change } = engine([1, 2, 3].map((id) => transfer(id, 'queued')));
  const queue = new Queue(app);
  queue.start();
  await queue.reload();
  queue.rest.on(1);
  change(transfer(1, 'uploading'));
  await pass(500);
  expect(queue.placeOf(1)?.section).toBe('next');
  queue.rest.on(undefined);
  expect(queue.placeOf(1)?.section).toBe('under-way');
  queue.rest.on(2);
  queue.rest.touch();
  change(transfer(2, 'paused'));
  await pass(500);
  expect(queue.placeOf(2)?.section).toBe('paused');
});

test('no row is drawn in a section that it does not belong to, before the sections are known either', async () => {
  const { app, change } = engine([transfer(1, 'queued'), transfer(2, 'uploading')], 2_000);
  const queue = new Queue(app);
  queue.start();
  await Promise.all([queue.reload(), pass(3_000)]);
  change(transfer(1, 'attention'));
  change(transfer(2, 'done'));
  await pass(1_000);
  expect(queue.row('next', 0)?.state).toBe('queued');
  expect(queue.row('under-way', 0)?.state).toBe('uploading');
  await pass(3_000);
  expect(queue.row('needs-you', 0)?.id).toBe(1);
});

test('a view that was left while something changed shows what changes after it is back', async () => {
  const { app, change } = engine([transfer(1, 'uploading')]);
  const queue = new Queue(app);
  const leave = queue.start();
  await queue.reload();
  // It is left with a paint on its way.
  change(transfer(1, 'uploading', { acknowledged: 10 }));
  leave();
  await pass(5_000);
  queue.start();
  await queue.reload();
  change(transfer(1, 'uploading', { acknowledged: 50 }));
  change(transfer(2, 'queued'));
  await pass(500);
  expect(queue.row('under-way', 0)?.acknowledged).toBe(50);
  expect(queue.row('next', 0)?.id).toBe(2);
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

test('a range that comes together late is not chosen over what was chosen meanwhile', async () => {
  const { app } = engine(Array.from({ length: 120 }, (_, n) => transfer(n + 1, 'queued')));
  const queue = new Queue(app);
  queue.start();
  queue.unfolded.add('next');
  await queue.reload();
  const range = queue.chooseBetween({ section: 'next', index: 0 }, { section: 'next', index: 119 });
  queue.toggle(transfer(7, 'queued'));
  expect(await range).toBe(false);
  expect([...queue.chosen]).toEqual([7]);
});

test('a row whose page is on its way already is waited for', async () => {
  const { app, asked } = engine(
    Array.from({ length: 120 }, (_, n) => transfer(n + 1, 'queued')),
    100,
  );
  const queue = new Queue(app);
  queue.start();
  queue.unfolded.add('next');
  const loaded = queue.reload();
  await pass(1_000);
  await loaded;
  asked.length = 0;
  const rows = [119, 118].map((index) => queue.rowAt({ section: 'next', index }));
  await pass(1_000);
  expect((await Promise.all(rows)).map((row) => row?.id)).toEqual([120, 119]);
  expect(asked.filter((name) => name === 'transfers.rows')).toHaveLength(1);
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
  expect(asked.filter((name) => name === 'transfers.rows').length).toBeLessThanOrEqual(40);
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
  expect(queue.slices.some(({ rows }) => rows.includes(2))).toBe(true);
});

/** An engine a few hundred ms away, which tells what changed ten times a second, over one connection that keeps the order. */
const farEngine = (rows: TransferView[], random: () => number) => {
  let hear: (payload: { rows: TransferView[]; removed: number[]; change: number }) => void = () => undefined;
  let newest = 1;
  let told = 1;
  let lineFree = 0;
  /** Delivers after what was said before it. */
  const deliver = (act: () => void): void => {
    lineFree = Math.max(lineFree, Date.now() + Math.floor(random() * 200));
    setTimeout(act, lineFree - Date.now());
  };
  const ticking = setInterval(() => {
    const news = rows.filter(({ change }) => change > told);
    told = newest;
    if (news.length > 0) deliver(() => hear({ rows: news, removed: [], change: told }));
  }, 110);
  const app = {
    navigation: { serverId: undefined },
    tellError: (error: unknown) => {
      throw error;
    },
    onReconnect: () => () => undefined,
    client: {
      on: (_: string, listener: typeof hear) => {
        hear = listener;
        return () => undefined;
      },
      call: (_: string, { pages = [] }: { pages?: readonly Page[] }) =>
        new Promise((resolve) => {
          setTimeout(() => {
            const said = answer(rows, pages);
            deliver(() => resolve(said));
          }, random() * 200);
        }),
    },
  };
  return {
    app: app as unknown as App,
    change: (at: number, state: TransferView['state']) => {
      const row = rows[at];
      if (row !== undefined) rows[at] = { ...row, state, change: ++newest };
    },
    stop: () => clearInterval(ticking),
  };
};

test('whatever moves while lists are on their way, what is shown in the end is what is there', async () => {
  const states = ['attention', 'uploading', 'verifying', 'waiting', 'failed', 'queued', 'done'] as const;
  for (let seed = 1; seed <= 60; seed++) {
    let state = seed;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const someState = (): TransferView['state'] => states[Math.floor(random() * states.length)] ?? 'queued';
    const rows = Array.from({ length: 130 }, (_, n) => transfer(n + 1, n < 70 ? 'queued' : someState()));
    const { app, change, stop } = farEngine(rows, random);
    const queue = new Queue(app);
    const end = queue.start();
    for (const section of sections) queue.unfolded.add(section);
    await Promise.all([queue.reload(), pass(2_000)]);
    for (let n = 0; n < 30; n++) {
      change(Math.floor(random() * rows.length), someState());
      if (random() < 0.2) queue.scrollTop = random() * 2_000;
      queue.fetchVisible();
      await pass(random() * 300);
    }
    // As the list does when anything of it is drawn anew.
    for (let n = 0; n < 5; n++) {
      await pass(1_000);
      queue.fetchVisible();
    }
    expect(queue.sums, `seed ${seed}`).toEqual(answer(rows, []).sections);
    for (queue.scrollTop = 0; queue.scrollTop < queue.totalHeight; queue.scrollTop += 400) {
      queue.fetchVisible();
      await pass(1_000);
      for (const { block, rows: drawn } of queue.slices)
        for (const index of drawn) {
          const { section } = block;
          const [page = []] = answer(rows, [{ section, skip: index, limit: 1 }]).pages;
          expect(queue.row(section, index), `seed ${seed}, ${section} ${index}`).toEqual(page[0]);
        }
    }
    end();
    stop();
  }
});
