import { beforeEach, expect, test } from 'vitest';
import type { ListModel } from './list-model.ts';
import { ListScroll } from './list-scroll.ts';
import { firstBelow, stack } from './row-window.ts';

const rowHeight = 50;
const title = 30;

/** A list of one section whose rows have the ids given. */
const modelOf = (ids: readonly number[]): ListModel<{ readonly id: number }, string> => ({
  blocks: stack([{ section: 'all', count: ids.length, shown: ids.length, rowHeight }], { title, more: 0 }),
  slices: [],
  scrollTop: 0,
  height: 200,
  current: undefined,
  chosen: undefined,
  row: (_, index) => (ids[index] === undefined ? undefined : { id: ids[index] }),
  rowAt: () => Promise.resolve(undefined),
  placeOf: (id) => (ids.includes(id) ? { section: 'all', index: ids.indexOf(id) } : undefined),
  toggle: () => undefined,
  chooseBetween: () => Promise.resolve(false),
});
const ids = Array.from({ length: 40 }, (_, n) => n);

let model: ReturnType<typeof modelOf>;
let box: { scrollTop: number; clientHeight: number };
let scroll: ListScroll<{ readonly id: number }, string>;
const scrollTo = (top: number): void => {
  box.scrollTop = top;
  scroll.moved();
};
beforeEach(() => {
  model = modelOf(ids);
  box = { scrollTop: 0, clientHeight: 200 };
  scroll = new ListScroll(() => model, { box: () => box, titles: () => 26 });
});

test('what is read stays in its place when rows are added or removed above it', () => {
  scrollTo(title + 10 * rowHeight + 7);
  model = modelOf([100, 101, ...ids]);
  scroll.keep();
  expect(box.scrollTop).toBe(title + 12 * rowHeight + 7);
  scroll.moved();
  model = modelOf(ids.slice(5));
  scroll.keep();
  expect(box.scrollTop).toBe(title + 5 * rowHeight + 7);
});

test('at the very top new rows are shown, and a row that is gone holds nothing', () => {
  scroll.moved();
  model = modelOf([100, ...ids]);
  scroll.keep();
  expect(box.scrollTop).toBe(0);
  scrollTo(title + 10 * rowHeight);
  model = modelOf(ids.filter((id) => id !== model.row('all', 10)?.id));
  scroll.keep();
  expect(box.scrollTop).toBe(title + 10 * rowHeight);
});

test('a row is revealed below the title of its section, above the lower edge, and only as far as needed', () => {
  scrollTo(1000);
  scroll.reveal({ section: 'all', index: 3 });
  expect([box.scrollTop, model.scrollTop]).toEqual([3 * rowHeight, 3 * rowHeight]);
  scroll.reveal({ section: 'all', index: 4 });
  expect(box.scrollTop).toBe(3 * rowHeight);
  scroll.reveal({ section: 'all', index: 20 });
  expect(box.scrollTop).toBe(title + 21 * rowHeight + 26 - 200 + 8);
});

test('the first row in sight is the one that no title covers', () => {
  expect(firstBelow(model.blocks, 0)).toBe(0);
  expect(firstBelow(model.blocks, 3 * rowHeight)).toBe(3);
  expect(firstBelow(model.blocks, 3 * rowHeight + 20)).toBe(4);
  expect(firstBelow(model.blocks, 40 * rowHeight)).toBeUndefined();
  expect(firstBelow([], 0)).toBeUndefined();
});
