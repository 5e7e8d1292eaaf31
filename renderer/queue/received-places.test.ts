import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Section, TransferView } from '../../preload/contract.ts';
import { sectionOf, sections } from '../../preload/states.ts';
import { transferRow } from '../../test/fakes/transfer-row.ts';
import { inboxOf, waitingId } from '../add/inbox.svelte.ts';
import { Incoming } from '../add/incoming.svelte.ts';
import type { App } from '../client/app.svelte.ts';
import { Queue } from './queue.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a received file keeps its place, and the keyboard on it, when its transfer is shown', async () => {
  const rows: TransferView[] = [transferRow(1, { state: 'uploading' }), transferRow(2, { state: 'queued' })];
  const of = (section: Section): readonly TransferView[] => rows.filter((row) => sectionOf(row) === section);
  const app = {
    navigation: { serverId: undefined },
    onReconnect: () => () => undefined,
    client: {
      on: () => () => undefined,
      call: (_: string, { pages }: { pages: readonly { section: Section; skip: number; limit: number }[] }) =>
        Promise.resolve({
          sections: Object.fromEntries(sections.map((one) => [one, { count: of(one).length, bytes: 0 }])),
          pages: pages.map(({ section, skip, limit }) => of(section).slice(skip, skip + limit)),
          change: 1,
        }),
    },
  } as unknown as App;
  const inbox = inboxOf(app);
  const queue = new Queue(app);
  const stop = queue.start();
  await queue.reload();
  const [one, other] = [waitingId - 1, waitingId - 2];
  const first = new Incoming({ id: one, name: 'first', serverId: 's', size: 5, files: 1 });
  const second = new Incoming({ id: other, name: 'second', serverId: 's', size: 5, files: 1 });
  inbox.rows = [first, second];
  const ids = (): readonly (number | undefined)[] => [0, 1, 2, 3].map((index) => queue.row('under-way', index)?.id);
  const count = (): number | undefined => queue.blocks.find(({ section }) => section === 'under-way')?.count;
  expect([ids(), count()]).toEqual([[1, one, other, undefined], 3]);
  expect([queue.placeOf(other), queue.byId(other)?.name]).toEqual([{ section: 'under-way', index: 2 }, 'second']);
  queue.current = one;
  // It cannot be selected: there is nothing yet that could be paused or moved.
  queue.toggle({ ...transferRow(1), id: one });
  await queue.chooseBetween({ section: 'under-way', index: 0 }, { section: 'under-way', index: 2 });
  expect([...queue.chosen]).toEqual([1]);

  first.ids = [9];
  rows.push(transferRow(9, { state: 'uploading' }));
  // An answer of before, which has no row for it yet, would take its place away.
  expect(ids()).toEqual([1, one, other, undefined]);
  await queue.reload();
  expect([ids(), count()]).toEqual([[1, 9, other, undefined], 3]);
  expect(queue.current).toBe(9);
  expect(inbox.rows).toEqual([second]);
  stop();
});
