/** The queue with each folder that was added whole as one row, as `list` shows it. */
import type { AddedFolderView, Client, TransferView } from '../../preload/contract.ts';
import { amount, bytes } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { sectionOf } from '../../preload/states.ts';
import { cutMiddle, pad, safe } from './text.ts';

/** `file`: one of a folder that was shown already. */
type Listed =
  | { readonly kind: 'row'; readonly row: TransferView }
  | { readonly kind: 'folder'; readonly folder: AddedFolderView }
  | { readonly kind: 'file' };

/** It is a row of its own whatever its folder shows: nothing hides that the user is needed. */
const isAlone = (row: TransferView): boolean => {
  const section = sectionOf(row);
  return section === 'needs-you' || section === 'failed';
};

/** Each folder once, where its first file is. Rejects as the client does. */
export async function* withFolders(client: Client, rows: AsyncIterable<TransferView>): AsyncGenerator<Listed> {
  const shown = new Set<number>();
  for await (const row of rows) {
    const id = row.addedFolder?.id;
    if (id === undefined || isAlone(row)) yield { kind: 'row', row };
    else if (shown.has(id)) yield { kind: 'file' };
    else {
      const [folder] = (await client.call('transfers.folders', { ids: [id] })).folders;
      if (folder !== undefined) shown.add(id);
      yield folder === undefined ? { kind: 'row', row } : { kind: 'folder', folder };
    }
  }
}

/** A folder on one line. `columns`: of the terminal. */
export const folderLine = (folder: AddedFolderView, columns: number): string => {
  const { count, counts, bytes: size, acknowledged } = folder;
  const room = Math.max(20, columns - 50);
  const name = pad(cutMiddle(`${safe(folder.name)}/`, room), Math.min(room, 30));
  const percent = size === 0 ? 0 : Math.floor((acknowledged / size) * 100);
  const words = [
    m.added_folder_done_of({ count, amount: amount(count), done: amount(counts.done) }),
    counts.done === count ? '' : m.terminal_percent({ percent }),
    counts.asking === 0 ? '' : m.added_folder_asking({ count: counts.asking, amount: amount(counts.asking) }),
    counts.failed === 0 ? '' : m.added_folder_failed({ amount: amount(counts.failed) }),
    counts.cancelled === 0 ? '' : m.added_folder_cancelled({ amount: amount(counts.cancelled) }),
  ].filter((part) => part !== '');
  return `${pad('', 4)}  ${name}  ${pad(bytes(size), 8, 'left')}  ${folder.serverName}  ${words.join(', ')}`;
};
