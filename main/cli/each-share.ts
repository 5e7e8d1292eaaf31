/** Shares, page by page. */
import type { Client, RemoteShareView, ShareView } from '../../preload/contract.ts';

export type ShareSearch = { readonly serverId?: string; readonly search?: string };

/** Pages through the shares of this profile, newest first, `most` of them in all. */
export async function* eachShare(client: Client, search: ShareSearch, most: number): AsyncGenerator<ShareView> {
  let after: string | undefined;
  let left = most;
  do {
    const limit = Math.min(1000, left);
    const page = await client.call('shares.list', { ...search, limit, ...(after === undefined ? {} : { after }) });
    yield* page.rows;
    left -= page.rows.length;
    after = page.next;
  } while (after !== undefined && left > 0);
}

/** Pages through an account's shares, including those of other clients. */
export async function* eachAccountShare(client: Client, serverId: string): AsyncGenerator<RemoteShareView> {
  let after: string | undefined;
  do {
    const page = await client.call('shares.remote', { serverId, ...(after === undefined ? {} : { after }) });
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}
