import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freeNumber, Placing, type Unplaced } from '../../queue/places.ts';
import type { NewTransfer } from '../../store/rows.ts';
import { newTransfer, testStore } from '../../store/test-rows.ts';
import { admit } from './admit.ts';
import { cloudreve } from './cloudreve.ts';
import { settings } from './fixtures/scripted.ts';
import { whyNot } from './name.ts';

const options = { extra: { to: '/to' } };
const naming = cloudreve.naming ?? expect.fail('no naming');
const placeOf = ({ folder, name }: Pick<NewTransfer, 'folder' | 'name'>): string =>
  naming.place([...folder, name], options);

/** Files of one call, admitted; those that no name can be made for are left out. */
const admitted = (paths: readonly (readonly string[])[]): readonly Unplaced[] =>
  paths.flatMap((names, n) => {
    const [name = '', ...folder] = names.toReversed();
    const local = folder.toReversed();
    const path = `/${n}/${names.join('/')}`;
    const judged = admit({ name, folder: local, size: 1, path }, options, { name: 'peer', settings });
    if ('refused' in judged) return [];
    return [
      { ...newTransfer(name), path, name: judged.name, folder: judged.folder ?? local, local, options, notices: [] },
    ];
  });

/** Places for files of one call, so many a page, on a server of a store. */
const place = (
  store: ReturnType<typeof testStore>,
  serverId: string,
  files: readonly Unplaced[],
  size: number,
): readonly NewTransfer[] => {
  const placing = new Placing(store, naming, { id: serverId, name: 'peer' });
  const batch = store.drops.add(1, false, false);
  const rows: NewTransfer[] = [];
  for (let at = 0; at < files.length; at += size)
    store.transaction(() => {
      const page = placing.page(files.slice(at, at + size), batch);
      store.transfers.add(page.map((row) => ({ ...row, serverId, dropId: batch })));
      rows.push(...page);
    });
  return rows;
};

// Few letters, so that names meet; long ones, so that they are cut.
const letter = fc.constantFrom(
  ':',
  '：',
  '?',
  '？',
  '/',
  ' ',
  'a',
  'é',
  'e\u0301',
  '.',
  '.txt',
  ' (2)',
  'x'.repeat(250),
);
const name = fc
  .array(letter, { minLength: 1, maxLength: 3 })
  .map((letters) => letters.join(''))
  .filter((text) => whyNot(text) === undefined && !text.includes('/') && !text.includes('\0'));
const tree = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 });

it('any names get places of their own, which the server takes, whatever the pages', () => {
  const store = testStore();
  let server = 0;
  fc.assert(
    fc.property(tree, fc.integer({ min: 1, max: 12 }), (paths, size) => {
      const rows = place(store, String(++server), admitted(paths), size);
      const places = rows.map(placeOf);
      expect(rows.map((row) => row.place)).toEqual(places);
      expect(new Set(places).size).toBe(rows.length);
      // No file is where another one has its folder.
      const folders = new Set(
        rows.flatMap(({ folder }) => folder.map((_, n) => naming.place(folder.slice(0, n + 1), options))),
      );
      expect(places.filter((at) => folders.has(at))).toEqual([]);
      for (const { folder, name: used } of rows) {
        expect(Buffer.byteLength(used)).toBeLessThanOrEqual(244);
        for (const part of folder) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
        for (const part of [...folder, used]) {
          expect(part).not.toMatch(/[\\/:*?"<>|]/);
          expect(whyNot(part)).toBeUndefined();
        }
        // What has its name keeps it.
        expect(admitted([[...folder, used]])[0]).toMatchObject({ name: used, folder });
      }
    }),
    { numRuns: 60 },
  );
});

it('a name that is free is kept, and the same tree gets the same names on a server that has none of it', () => {
  const store = testStore();
  let server = 0;
  fc.assert(
    fc.property(tree, (paths) => {
      const files = admitted(paths);
      const names = (rows: readonly NewTransfer[]) => rows.map(({ folder, name: used }) => [...folder, used]);
      const placed = names(place(store, String(++server), files, 3));
      expect(names(place(store, String(++server), files, 3))).toEqual(placed);
      if (new Set(files.map(placeOf)).size === files.length && files.every(({ folder }) => folder.length === 0))
        expect(placed).toEqual(names(files));
    }),
    { numRuns: 20 },
  );
});

it('a thousand files of one name are numbered without trying every number for each', () => {
  const store = testStore();
  let looks = 0;
  const counted = {
    ...store,
    transfers: {
      ...store.transfers,
      placesTaken: (...asked: Parameters<typeof store.transfers.placesTaken>) => {
        looks++;
        return store.transfers.placesTaken(...asked);
      },
    },
  };
  const files = admitted(Array.from({ length: 1_000 }, () => ['clip.mov']));
  const rows = place(counted, 'one', files, 250);
  expect(rows.at(-1)?.name).toBe('clip (1000).mov');
  expect(looks).toBeLessThan(2_100);
  // Another call knows nothing of the first one's numbers.
  looks = 0;
  expect(place(counted, 'one', admitted([['clip.mov']]), 1)[0]?.name).toBe('clip (1001).mov');
  expect(looks).toBeLessThan(30);
});

it('the number of a free name is never one that is taken', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 250 }), (numbers) => {
      const taken = new Set(numbers);
      const free = freeNumber((n) => taken.has(n));
      expect(taken.has(free)).toBe(false);
      if (!taken.has(1)) expect(free).toBe(1);
    }),
  );
});
