/**
 * What is about to be queued is noted before it is. A host that is killed in between, or whose queue changes its owner
 * in between, carries the note out later: what has arrived whole is in the queue, and is there once.
 */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { calls, type CallOutput, type Client } from '../../preload/contract.ts';
import { isFinal } from '../../preload/states.ts';
import { rowsBelow } from './rows-below.ts';

export type Added = CallOutput<'transfers.add'>;

/** How a browser has its files queued: all of it but where they stand. */
export const dropOptions = calls['transfers.add'].input.omit({ paths: true, drop: true, dropGoesOn: true });

/** Ends the name of an item that has not arrived whole. */
export const partEnd = '.part';
/** Ends the name of a note. */
export const intentEnd = '.queueing';

const intent = z.object({
  options: dropOptions,
  /** Its folder beside the note, and the name of the file or folder in that. */
  items: z.array(z.object({ place: z.string().regex(/^\d+$/), name: z.string().min(1) })),
});
export type Intent = z.output<typeof intent>;

/** Writes a note beside the items that it names. */
export const noteIntent = (path: string, noted: Intent): Promise<void> =>
  writeFile(path, JSON.stringify(noted), { mode: 0o600 });

/** Gives each whole item the name that it is queued by; those that have it by now keep it. */
export const makeWhole = async (folder: string, items: Intent['items']): Promise<void> => {
  const there = new Set(await readdir(folder));
  for (const { place } of items)
    if (there.has(place + partEnd)) await rename(join(folder, place + partEnd), join(folder, place));
};

export type Finishing = {
  readonly client: Client;
  /** Removes a file or folder of the inbox. */
  readonly remove: (path: string) => Promise<void>;
};

/**
 * Queues what a note says, as far as that was not done. Rejects where it cannot be queued.
 *
 * @param drop the drop that it belongs to, and whether that goes on
 */
export const carryOut = async (
  { client, remove }: Finishing,
  path: string,
  { options, items }: Intent,
  drop: { readonly id: number | 'new'; readonly goesOn: boolean },
): Promise<Added> => {
  const folder = dirname(path);
  await makeWhole(folder, items);
  const added: number[] = [];
  const finished = new Set<string>();
  let groupId: number | undefined;
  for await (const row of rowsBelow(client, folder)) {
    if (!items.some(({ place }) => row.path.startsWith(join(folder, place, '/')))) continue;
    added.push(row.id);
    groupId ??= row.groupId;
    if (isFinal(row.state)) finished.add(row.path);
  }
  // A group is queued as a whole, or not at all.
  if (groupId !== undefined) return { added, groupId, refused: [], notices: [] };
  // Another owner may have sent some of them by now: they are not sent twice.
  for (const sent of finished) await remove(sent);
  const places: readonly string[] = await readdir(folder).catch(() => []);
  const paths = items.filter(({ place }) => places.includes(place)).map(({ place, name }) => join(folder, place, name));
  if (paths.length === 0) return { added, refused: [], notices: [] };
  const all = await client.call('transfers.add', { ...options, paths, drop: drop.id, dropGoesOn: drop.goesOn });
  // Some were queued already, as expected: no notice.
  return { ...all, notices: all.notices.filter(({ code }) => code !== 'already-queued') };
};

/** Carries out a note of the last run. Gives the names of what could not be queued, and is removed. */
export const carryOutNoted = async (finishing: Finishing, path: string): Promise<readonly string[]> => {
  const { remove } = finishing;
  let noted: Intent | undefined;
  try {
    noted = intent.parse(JSON.parse(await readFile(path, 'utf8')));
    const { refused } = await carryOut(finishing, path, noted, { id: 'new', goesOn: false });
    for (const one of refused) await remove(one.path);
    return [];
  } catch {
    // Of a note that is torn nothing was queued yet: its items are still parts.
    const items = noted?.items ?? [];
    for (const { place } of items) for (const end of ['', partEnd]) await remove(join(dirname(path), `${place}${end}`));
    return items.map(({ name }) => name);
  } finally {
    await remove(path);
  }
};
