/** Where uploads are stored, so that none of ours ever takes the place of another one. */
import { describe, expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { fail, ok } from '../outcome.ts';
import type { Naming } from '../providers/provider.ts';
import { problem } from '../../../preload/problems.ts';
import { newTransfer } from '../store/test-rows.ts';
import { freeNumber, openedAt, ownAt, Placing, settlePlace, workOutPlaces, type Unplaced } from './places.ts';
import type { ServerPort } from './server-port.ts';

bench.prepareQueue();

/** A server to which upper and lower case are the same. */
const naming: Naming = {
  place: (names, { extra }) => `${extra === undefined ? '' : JSON.stringify(extra)}/${names.join('/')}`.toLowerCase(),
  numbered: (name, n, kind) => `${name} ${{ file: `(${n})`, folder: `[${n}]` }[kind]}`,
};
const plainPort = (): ServerPort => {
  const found = bench.server().port();
  if (!found.ok) throw new Error('no port');
  return found.value;
};
const port = (): ServerPort => ({ ...plainPort(), provider: { ...plainPort().provider, naming } });

/** A file of a batch, by its path on this machine, whose folders above `/home` are kept. */
const file = (path: string, more: Partial<Unplaced> = {}): Unplaced => {
  const [name = '', ...above] = path.split('/').toReversed();
  const local = above.toReversed();
  return { ...newTransfer(name), path: `/home/${path}`, folder: local, local, ...more };
};
const batchOf = (count = 9): number => bench.store.drops.add(count, false, false);
/** Places files page by page and adds them. Returns their rows. */
const placed = (batch: number | undefined, ...pages: readonly (readonly Unplaced[])[]) => {
  const placing = new Placing(bench.store, naming, { id: 'one', name: 'The server' });
  return pages.flatMap((files) =>
    bench.store.transaction(() => {
      const rows = placing.page(files, batch).map((row) => ({ ...row, dropId: batch }));
      return bench.store.transfers.add(rows).map((id) => bench.row(id));
    }),
  );
};
const namesOf = (rows: readonly { readonly folder: readonly string[]; readonly name: string }[]) =>
  rows.map(({ folder, name }) => [...folder, name].join('/'));
const codesOf = (id: number): readonly unknown[] =>
  bench.store.transfers.logOf(id, 9).map(({ problem: { code, params } }) => [code, params]);

describe('the number of a free name', () => {
  it('is the next after those that are taken, found in few looks', () => {
    for (const most of [0, 1, 2, 3, 7, 8, 40, 1_000]) {
      let looks = 0;
      expect(freeNumber((n) => (looks++, n <= most))).toBe(most + 1);
      expect(looks).toBeLessThan(24);
    }
  });

  it('is looked for behind a number that is known to be taken', () => {
    const seen: number[] = [];
    expect(freeNumber((n) => (seen.push(n), n <= 12), 10)).toBe(13);
    expect(Math.min(...seen)).toBe(11);
    expect(freeNumber(() => false, 3)).toBe(4);
  });
});

describe('files that are added together', () => {
  it('keep their names where no other has them, and say nothing', () => {
    const [row] = placed(batchOf(), [file('Docs/A.txt', { notices: [] })]);
    expect(row).toMatchObject({ name: 'A.txt', folder: ['Docs'], place: '/docs/a.txt' });
    expect(codesOf(row?.id ?? 0)).toEqual([]);
  });

  it('are numbered where the server would take one for the other, and each says so', () => {
    const renamed = problem('name-in-use', { name: 'A.txt', used: 'A.txt (2)', server: 'The server' });
    const told = bench.broken;
    const rows = placed(
      batchOf(),
      [file('a.txt'), file('A.txt', { notices: [told] })],
      [file('x/a.txt'), file('a.TXT')],
    );
    expect(namesOf(rows)).toEqual(['a.txt', 'A.txt (2)', 'x/a.txt', 'a.TXT (3)']);
    expect(rows.map(({ place }) => place)).toEqual(['/a.txt', '/a.txt (2)', '/x/a.txt', '/a.txt (3)']);
    expect(codesOf(rows[1]?.id ?? 0)).toEqual([
      [told.code, told.params],
      [renamed.code, renamed.params],
    ]);
    expect(codesOf(rows[2]?.id ?? 0)).toEqual([]);
  });

  it('are numbered beside those of an earlier batch that are not ended', () => {
    placed(batchOf(), [file('a'), file('b')]);
    expect(namesOf(placed(batchOf(), [file('A'), file('c')], [file('a')]))).toEqual(['A (2)', 'c', 'a (3)']);
  });

  it('are one where the same file is given twice', () => {
    const again = file('a');
    expect(namesOf(placed(batchOf(), [again, again, { ...again, path: '/home/other/a' }]))).toEqual(['a', 'a (2)']);
  });

  it('are looked up together, and those of one name without trying every number for each', () => {
    const { transfers } = bench.store;
    let looks = 0;
    const placesTaken: typeof transfers.placesTaken = (...given) => (looks++, transfers.placesTaken(...given));
    const store = { ...bench.store, transfers: { ...transfers, placesTaken } };
    const placing = new Placing(store, naming, { id: 'one', name: 'The server' });
    placing.page(
      Array.from({ length: 20 }, (_, n) => file(`${n}`)),
      undefined,
    );
    expect(looks).toBe(1);
    const clips = Array.from({ length: 40 }, (_, n) => file('clip', { path: `/home/${n}/clip` }));
    expect(placing.page(clips, undefined).at(-1)?.name).toBe('clip (40)');
    expect(looks).toBeLessThan(100);
  });

  it('meet nothing in another folder of the server', () => {
    const to = { options: { extra: { to: '/there' } } };
    placed(batchOf(), [file('a')]);
    const [row] = placed(batchOf(), [file('a', to)]);
    expect(row).toMatchObject({ name: 'a', place: '{"to":"/there"}/a' });
  });
});

describe('folders that are added together', () => {
  it('are numbered where the server would take one for the other, whole, and each of their files says so', () => {
    const rows = placed(batchOf(), [file('Pics/a'), file('pics/a'), file('pics/b')], [file('pics/c'), file('Pics/c')]);
    expect(namesOf(rows)).toEqual(['Pics/a', 'pics [2]/a', 'pics [2]/b', 'pics [2]/c', 'Pics/c']);
    const said = ['name-in-use', { name: 'pics', used: 'pics [2]', server: 'The server' }];
    expect(rows.map(({ id }) => codesOf(id))).toEqual([[], [said], [said], [said], []]);
  });

  it('are numbered inside of others, which stay what they are', () => {
    expect(namesOf(placed(batchOf(), [file('x/In/a'), file('x/in/a'), file('x/iN/a'), file('y/in/a')]))).toEqual([
      'x/In/a',
      'x/in [2]/a',
      'x/iN [3]/a',
      'y/in/a',
    ]);
  });

  it('are not put where a file is, nor files where a folder is', () => {
    expect(namesOf(placed(batchOf(), [file('a')], [file('A/b')]))).toEqual(['a', 'A [2]/b']);
    expect(namesOf(placed(batchOf(), [file('c'), file('C/d')]))).toEqual(['c (2)', 'C/d']);
    expect(namesOf(placed(batchOf(), [file('c/x'), file('e/f')], [file('E')]))).toEqual(['c [2]/x', 'e/f', 'E (2)']);
    expect(namesOf(placed(batchOf(), [file('E')]))).toEqual(['E (3)']);
  });

  it('get what is added later from the same folder of this machine, and nothing from another one', () => {
    placed(batchOf(), [file('Pics/a'), file('Pics/in/a')]);
    expect(namesOf(placed(batchOf(), [file('Pics/b'), file('pics/c'), file('Pics/in/b')]))).toEqual([
      'Pics/b',
      'pics [2]/c',
      'Pics/in/b',
    ]);
    // Named alike on the server alone.
    expect(namesOf(placed(batchOf(), [file('Elsewhere/d', { folder: ['Pics'] })]))).toEqual(['Pics [3]/d']);
  });
});

/** Two uploads of one name: the second was revived, or came from another server. */
const meeting = (): readonly [number, number] => {
  const [first, second] = bench.store.transfers.add([
    newTransfer('a', { place: '/a' }),
    newTransfer('A', { place: '/elsewhere' }),
  ]);
  return [first ?? 0, second ?? 0];
};

describe('just before it is opened, an upload', () => {
  it('gets another name where one has its place by now, and says so', () => {
    const [first, second] = meeting();
    settlePlace(bench.store, port(), bench.row(second), 5);
    expect(bench.row(second)).toMatchObject({ name: 'A (2)', place: '/a (2)' });
    expect(bench.store.transfers.logOf(second, 9)).toMatchObject([
      { at: 5, problem: problem('name-in-use', { name: 'A', used: 'A (2)', server: 'one' }) },
    ]);
    settlePlace(bench.store, port(), bench.row(first), 5);
    expect(bench.row(first)).toMatchObject({ name: 'a', place: '/a' });
    placed(batchOf(), [file('b/c')]);
    const [below = 0] = bench.store.transfers.add([newTransfer('B', { place: '/elsewhere' })]);
    settlePlace(bench.store, port(), bench.row(below), 5);
    expect(bench.row(below).name).toBe('B (2)');
    expect(codesOf(first)).toEqual([]);
  });

  it('keeps its name where an earlier opening may have arrived, under which the server has it then', () => {
    const [, second] = meeting();
    bench.store.transfers.update(second, { creating: true });
    settlePlace(bench.store, port(), bench.row(second), 5);
    expect(bench.row(second)).toMatchObject({ name: 'A', place: '/elsewhere' });
  });

  it('has the place of its name, also where it was stored otherwise; without places nothing changes', () => {
    const [id = 0] = bench.store.transfers.add([newTransfer('B', { place: '/elsewhere' })]);
    settlePlace(bench.store, plainPort(), bench.row(id), 5);
    expect(bench.row(id).place).toBe('/elsewhere');
    settlePlace(bench.store, port(), bench.row(id), 5);
    expect(bench.row(id)).toMatchObject({ name: 'B', place: '/b' });
  });

  it('knows which names on the server are ours: of another upload, of one that is still to be cleaned up', () => {
    const [first, second] = meeting();
    const own = ownAt(bench.store, naming, bench.row(second));
    expect([own('a'), own('b'), own('elsewhere')]).toEqual(['upload', undefined, undefined]);
    bench.store.transfers.opened(first, { version: 1, value: { session: 's' } }, 10, []);
    bench.store.transfers.sessionLost(first, problem('session-gone', { server: 'one' }), false, 0);
    bench.store.transfers.end(first, 'cancelled', 1, 'one', {});
    bench.store.transfers.update(first, { state: 'cancelled' });
    expect([own('a'), own('b')]).toEqual(['leftover', undefined]);
  });
});

it('an upload is noted where the server opened it, if that is under another name', () => {
  const row = file('In/a');
  expect(openedAt(naming, row, undefined)).toBeUndefined();
  expect(openedAt(naming, row, 'B')).toEqual({ name: 'B', place: '/in/b' });
  expect(openedAt(undefined, row, 'B')).toEqual({ name: 'B', place: undefined });
});

describe('uploads of an earlier version', () => {
  const add = (name: string, more: Parameters<typeof newTransfer>[1] = {}): number =>
    bench.store.transfers.add([newTransfer(name, { place: '', ...more })])[0] ?? 0;
  const workOut = (own: Naming | 'none' = naming): Promise<void> =>
    workOutPlaces(
      bench.store,
      (id) => {
        if (id === 'away') return fail('attention', problem('server-unknown', { name: id }));
        const { provider, ...rest } = plainPort();
        return ok({ ...rest, provider: own === 'none' ? provider : { ...provider, naming: own } });
      },
      () => 7,
    );

  it('get places: what is begun keeps its name, and what would meet it is numbered and says so', async () => {
    const [plain, opened, doubtful] = [add('A'), add('a'), add('B')];
    const other = add('b');
    bench.store.transfers.opened(opened, { version: 1, value: { session: 's' } }, 10, []);
    bench.store.transfers.update(doubtful, { creating: true });
    const elsewhere = add('a', { serverId: 'two' });
    const away = add('a', { serverId: 'away' });
    await workOut();
    const seen = [plain, opened, doubtful, other, elsewhere, away].map((id) => [
      bench.row(id).name,
      bench.row(id).place,
    ]);
    expect(seen).toEqual([
      ['A (2)', '/a (2)'],
      ['a', '/a'],
      ['B', '/b'],
      ['b (2)', '/b (2)'],
      ['a', '/a'],
      ['a', ''],
    ]);
    expect(bench.store.transfers.logOf(plain, 9)).toMatchObject([
      { at: 7, problem: problem('name-in-use', { name: 'A', used: 'A (2)', server: 'one' }) },
    ]);
    expect(codesOf(opened)).toEqual([]);
  });

  it('that are begun keep their names even where two of them meet', async () => {
    const batch = batchOf();
    const ids = [add('a'), add('A'), add('b'), add('B'), add('C', { dropId: batch }), add('c', { dropId: batch })];
    for (const [n, id] of ids.entries())
      if (n >= 4) bench.store.transfers.update(id, { state: 'done' });
      else if (n < 2) bench.store.transfers.opened(id, { version: 1, value: { session: `s${n}` } }, 10, []);
      else bench.store.transfers.update(id, { creating: true });
    await workOut();
    expect(ids.map((id) => [bench.row(id).name, bench.row(id).place])).toEqual([
      ['a', '/a'],
      ['A', '/a'],
      ['b', '/b'],
      ['B', '/b'],
      ['C', '/c'],
      ['c', '/c'],
    ]);
  });

  it('have none where their server needs none', async () => {
    const id = add('a');
    await workOut('none');
    expect(bench.row(id).place).toBeUndefined();
  });
});
