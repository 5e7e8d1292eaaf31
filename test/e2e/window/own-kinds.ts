/** The window over an engine in this process, beside kinds of servers that no release has. */
import type { Page } from '@playwright/test';
import { connect } from '../../../main/api/connect.ts';
import type { AnyProvider } from '../../../main/engine/providers/provider.ts';
import { providers } from '../../../main/engine/providers/registry.ts';
import { startWeb } from '../../../main/web/host.ts';
import { builtWindow } from '../../../main/web/static.ts';
import type { Client } from '../../../preload/contract.ts';
import { test as base, type Desk } from './desk.ts';

export type Here = { readonly page: Page; readonly client: Client };

/** Opens the window of the desk's profile; `kinds`: providers by their kind. */
export type OpenHere = (kinds: Readonly<Record<string, AnyProvider>>) => Promise<Here>;

const open = async (desk: Desk, ends: (() => Promise<void>)[]): Promise<Here> => {
  const connection = await connect({ profile: desk.profile, serve: false });
  ends.push(() => connection.stop('now'));
  const web = await startWeb({
    connection,
    listen: '127.0.0.1',
    port: 0,
    root: desk.folder,
    assets: builtWindow(),
    log: () => undefined,
  });
  ends.unshift(() => web.close());
  await connection.client.call('queue.start', {});
  return { page: await desk.openWindow(web.newLink()), client: connection.client };
};

export const test = base.extend<{ openHere: OpenHere }>({
  openHere: async ({ desk }, use) => {
    const known = providers as Map<string, AnyProvider>;
    const ends: (() => Promise<void>)[] = [];
    const added = new Set<string>();
    await use(async (kinds) => {
      for (const [kind, provider] of Object.entries(kinds)) {
        known.set(kind, provider);
        added.add(kind);
      }
      return await open(desk, ends);
    });
    for (const end of ends) await end();
    for (const kind of added) known.delete(kind);
  },
});

export { expect } from './desk.ts';
