/**
 * A place of its own on its server for each upload, found before anything is sent: no two uploads of ours meet under one name,
 * whatever the conflict choice. That choice is about what was on the server before.
 */
import { dirname, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { problem, type Problem } from '../../../preload/problems.ts';
import type { Outcome } from '../outcome.ts';
import type { Job, Naming } from '../providers/provider.ts';
import type { NewTransfer, Transfer } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { ServerPort } from './server-port.ts';

/**
 * The number of a name that is free; 1: the name itself. It is found in a logarithmic number of looks.
 *
 * @param known a number that is taken; 0: none is known
 */
export const freeNumber = (isTaken: (n: number) => boolean, known = 0): number => {
  if (known === 0 && !isTaken(1)) return 1;
  let taken = Math.max(1, known);
  let free = taken + 1;
  while (isTaken(free)) [taken, free] = [free, free * 2];
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
};

const nameOf = ({ numbered }: Naming, name: string, n: number): string => (n === 1 ? name : numbered(name, n, 'file'));

/** The names on this machine of the folders that an upload keeps above it. */
const localFolders = ({ path, folder }: Pick<Transfer, 'path' | 'folder'>): readonly string[] =>
  dirname(path).split(sep).slice(-folder.length);

/** A file to be queued. `local`: the names of its folders on this machine. */
export type Unplaced = NewTransfer & { readonly local: readonly string[] };

/**
 * Places for the files of one call, page by page. What an earlier page has is in the store by then, and what was decided for a
 * folder holds for all its files.
 */
export class Placing {
  readonly #store: Store;
  readonly #naming: Naming;
  readonly #server: { readonly id: string; readonly name: string };
  /** Folders on the server, by their names on this machine. */
  readonly #folders = new Map<string, readonly string[]>();
  /** The last number that was given to a name that is taken, by its place. */
  readonly #numbers = new Map<string, number>();
  /** Whose folder it is: its names on this machine, by its place. */
  readonly #owners = new Map<string, string>();

  constructor(store: Store, naming: Naming, server: { readonly id: string; readonly name: string }) {
    this.#store = store;
    this.#naming = naming;
    this.#server = server;
  }

  /**
   * Rows with their places, in the order given. The same file given twice is one. Inside the transaction that adds them.
   *
   * @param batch what the files are added with
   */
  page(files: readonly Unplaced[], batch: number | undefined): readonly NewTransfer[] {
    const { id: serverId, name: server } = this.#server;
    const { place } = this.#naming;
    const wanted = files.map((file) => {
      const { folder, notices } = this.#folder(file, batch);
      return { file, folder, notices, at: place([...folder, file.name], file.options) };
    });
    const taken = this.#store.transfers.placesTaken(
      serverId,
      wanted.map(({ at }) => at),
      { batch, below: true },
    );
    const isStored = (at: string): boolean =>
      this.#store.transfers.placesTaken(serverId, [at], { batch, below: true }).size > 0;
    const rows: NewTransfer[] = [];
    const given = new Set<string>();
    const page = new Set<string>();
    for (const { file, folder, notices, at } of wanted) {
      const once = `${at}\0${file.path}`;
      if (given.has(once)) continue;
      given.add(once);
      const placeOf = (n: number): string =>
        n === 1 ? at : place([...folder, nameOf(this.#naming, file.name, n)], file.options);
      const number = freeNumber((n) => {
        const there = placeOf(n);
        return page.has(there) || this.#owners.has(there) || (n === 1 ? taken.has(at) : isStored(there));
      }, this.#numbers.get(at));
      if (number > 1) this.#numbers.set(at, number);
      const name = nameOf(this.#naming, file.name, number);
      page.add(placeOf(number));
      const told: Problem[] =
        name === file.name ? [] : [problem('name-in-use', { name: file.name, used: name, server })];
      rows.push({ ...file, name, folder, place: placeOf(number), notices: [...file.notices, ...notices, ...told] });
    }
    return rows;
  }

  /** Its folder on the server: one of two that would become one is numbered. Two of the same name here are one there, too. */
  #folder(
    { local, folder, options }: Unplaced,
    batch: number | undefined,
  ): { readonly folder: readonly string[]; readonly notices: readonly Problem[] } {
    const { id: serverId, name: server } = this.#server;
    const { place, numbered } = this.#naming;
    let there: readonly string[] = [];
    const notices: Problem[] = [];
    for (const [at, name] of folder.entries()) {
      const above = there;
      const here = JSON.stringify(local.slice(0, at + 1));
      const isTaken = (tried: string): boolean => {
        const to = place([...above, tried], options);
        const owner = this.#owners.get(to);
        if (owner !== undefined) return owner !== here;
        if (this.#store.transfers.placesTaken(serverId, [to], { batch, below: false }).size > 0) return true;
        const inside = this.#store.transfers.inPlace(serverId, to, batch);
        return inside !== undefined && JSON.stringify(localFolders(inside).slice(0, at + 1)) !== here;
      };
      let used = this.#folders.get(here)?.at(-1) ?? name;
      // One after the other: the number that this folder has already is found.
      for (let n = 2; isTaken(used); n++) used = numbered(name, n, 'folder');
      there = [...above, used];
      if (used !== name) notices.push(problem('name-in-use', { name, used, server }));
      this.#folders.set(here, there);
      this.#owners.set(place(there, options), here);
    }
    return { folder: there, notices };
  }
}

type Placed = Pick<Transfer, 'name' | 'folder' | 'options'>;

const placeOf = (naming: Naming, { folder, options }: Placed, name: string): string =>
  naming.place([...folder, name], options);

/** The name that an upload can have now beside all others of ours. */
const nameBeside = (store: Store, naming: Naming, row: Transfer): string => {
  const by = { batch: row.dropId, except: row.id, below: true };
  const isTaken = (n: number): boolean =>
    store.transfers.placesTaken(row.serverId, [placeOf(naming, row, nameOf(naming, row.name, n))], by).size > 0;
  return nameOf(naming, row.name, freeNumber(isTaken));
};

const rename = (store: Store, naming: Naming, server: string, row: Transfer, used: string, now: number): void => {
  store.transfers.update(row.id, { name: used, place: placeOf(naming, row, used) });
  store.transfers.log(row.id, now, problem('name-in-use', { name: row.name, used, server }));
};

/**
 * Just before an upload is opened: where another one has its place by now (it was revived, or moved to this server), it gets
 * another name. One whose create may have arrived keeps its name, under which the server has it.
 */
export const settlePlace = (
  store: Store,
  { provider: { naming }, context: { server } }: ServerPort,
  row: Transfer,
  now: number,
): void => {
  if (naming === undefined || row.creating) return;
  store.transaction(() => {
    const used = nameBeside(store, naming, row);
    if (used !== row.name) rename(store, naming, server.name, row, used, now);
    else if (row.place !== placeOf(naming, row, used))
      store.transfers.setPlaces([{ id: row.id, place: placeOf(naming, row, used) }]);
  });
};

/** See `Job.ownAt`. */
export const ownAt =
  (store: Store, naming: Naming, row: Transfer): NonNullable<Job['ownAt']> =>
  (name) => {
    const place = placeOf(naming, row, name);
    const by = { batch: row.dropId, except: row.id, below: true };
    if (store.transfers.placesTaken(row.serverId, [place], by).size > 0) return 'upload';
    return store.abandoned.holds(row.serverId, place) ? 'leftover' : undefined;
  };

/** Under which name and where an upload was opened, where that is not the row's. */
export const openedAt = (
  naming: Naming | undefined,
  row: Placed,
  name: string | undefined,
): { readonly name: string; readonly place: string | undefined } | undefined =>
  name === undefined ? undefined : { name, place: naming === undefined ? undefined : placeOf(naming, row, name) };

/** Rows that are looked at as one write. */
const together = 500;

/**
 * Works out the places of what an earlier version queued. Names that were given stay; of two that would meet, the one that is
 * not begun is numbered. A server that cannot be reached now is left for later.
 */
export const workOutPlaces = async (
  store: Store,
  port: (serverId: string) => Outcome<ServerPort>,
  now: () => number,
): Promise<void> => {
  for (const serverId of store.transfers.serversWithoutPlaces()) {
    const found = port(serverId);
    if (!found.ok) continue;
    const { naming } = found.value.provider;
    for (;;) {
      const rows = store.transfers.withoutPlace(serverId, together);
      if (rows.length === 0) break;
      store.transaction(() => {
        if (naming === undefined) store.transfers.setPlaces(rows.map(({ id }) => ({ id, place: undefined })));
        else
          for (const row of rows) {
            const isBegun = row.remote !== undefined || row.creating || row.state === 'done';
            const used = isBegun ? row.name : nameBeside(store, naming, row);
            if (used === row.name) store.transfers.setPlaces([{ id: row.id, place: placeOf(naming, row, used) }]);
            else rename(store, naming, found.value.context.server.name, row, used, now());
          }
      });
      await nextTurn();
    }
  }
};
