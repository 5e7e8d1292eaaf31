import type { CallOutput, Client, TransferView } from '../../preload/contract.ts';

/** The links of all files of a folder that are done, in the order in which they were added, as `textOf` writes them. Rejects as the client does. */
export const folderLinks = async (
  client: Pick<Client, 'call'>,
  folderId: number,
  textOf = ({ share }: TransferView): string | undefined => share?.link,
): Promise<readonly string[]> => {
  const links: string[] = [];
  let after: string | undefined;
  do {
    const page: CallOutput<'transfers.list'> = await client.call('transfers.list', {
      filter: { folderId, states: ['done'] },
      order: 'newest',
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    links.push(...page.rows.flatMap((row) => textOf(row) ?? []));
    after = page.next;
  } while (after !== undefined);
  return links.toReversed();
};
