import { describe, expect, it } from 'vitest';
import { newTransfer } from '../engine/store/test-rows.ts';
import { client, engine, added, prepareAccounts } from '../../test/fakes/account-bench.ts';
import { dropView } from './views.ts';

prepareAccounts();

/** A batch as the engine reports it, each file on a server, with a link or without. */
const batchOf = (...files: readonly { readonly serverId: string; readonly name: string; readonly link?: string }[]) => {
  const ids = engine.store.transfers.add(files.map(({ serverId, name }) => newTransfer(name, { serverId })));
  const members = files.map(({ link }, at) => {
    const row = engine.store.transfers.get(ids[at] ?? 0);
    if (row === undefined) throw new Error('not added');
    return { ...row, state: 'done' as const, ...(link === undefined ? {} : { share: { key: 'k', link } }) };
  });
  return dropView(engine, { id: 1, members });
};

describe('the links of a batch', () => {
  it('are written by the template of each file’s server, or by that of the settings', async () => {
    const [one, two] = [(await added()).id, (await added()).id];
    await client.call('settings.set', { linkTemplate: 'html' });
    await client.call('servers.update', { id: one, linkTemplate: '{name} ({size}): {link}' });
    const batch = batchOf(
      { serverId: one, name: 'a', link: 'https://h/a' },
      { serverId: two, name: 'b', link: 'https://h/b' },
      { serverId: two, name: 'c' },
    );
    expect(batch.links).toEqual(['https://h/a', 'https://h/b']);
    expect(batch.text).toBe('a (100 B): https://h/a\n<a href="https://h/b">b</a>');
  });

  it('are copied as their server says, else as the settings say', async () => {
    const { id: serverId } = await added();
    const copies = () => batchOf({ serverId, name: 'a', link: 'https://h/a' }).copies;
    expect(copies()).toBe(true);
    await client.call('servers.update', { id: serverId, linkToClipboard: false });
    expect(copies()).toBe(false);
    await client.call('settings.set', { linkToClipboard: false });
    await client.call('servers.update', { id: serverId, linkToClipboard: true });
    expect(copies()).toBe(true);
    await client.call('servers.update', { id: serverId, linkToClipboard: null });
    expect(copies()).toBe(false);
  });

  it('keep their template when something else of the server is changed, and take none that cannot be used', async () => {
    const { id: serverId } = await added();
    await client.call('servers.update', { id: serverId, linkTemplate: 'markdown' });
    await client.call('servers.update', { id: serverId, name: 'renamed' });
    await expect(client.call('servers.update', { id: serverId, linkTemplate: '{link} {nmae}' })).rejects.toThrow();
    expect(batchOf({ serverId, name: 'a', link: 'https://h/a' }).text).toBe('[a](https://h/a)');
  });

  it('have no text where nothing has a link', async () => {
    const { id: serverId } = await added();
    expect(batchOf({ serverId, name: 'a' })).toMatchObject({ links: [], text: '' });
  });
});
