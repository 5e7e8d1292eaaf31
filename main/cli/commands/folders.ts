/** `folder list|make`, and `leftovers`. */
import type { LeftoverView } from '../../../preload/contract.ts';
import { bytes, time } from '../../../preload/format.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { exits, UsageError } from '../exits.ts';
import { confirm } from '../password.ts';
import { withSession, type Host, type SecretOptions } from '../session.ts';
import { problemOf } from '../json-lines.ts';
import { usualServer } from '../targets.ts';
import { sentence } from '../words.ts';

export type FolderOptions = SecretOptions & { readonly server?: string };

/** People write folders with and without what they begin with. */
const remotePath = (word: string): string => (word.startsWith('/') ? word : `/${word}`);

/** `folder list [PATH]` */
export const folderList = (host: Host, path: string | undefined, options: FolderOptions): Promise<number> =>
  withSession(host, options, { serve: false }, async ({ client, out }) => {
    const { id: serverId, name: server } = await usualServer(client, options.server);
    let count = 0;
    let after: string | undefined;
    do {
      const page = await client.call('folders.list', {
        serverId,
        path: remotePath(path ?? '/'),
        ...(after === undefined ? {} : { after }),
      });
      for (const folder of page.folders) {
        count++;
        if (out.json) out.object({ event: 'folder', ...folder, server });
        else out.line(folder.path);
      }
      after = page.next;
    } while (after !== undefined);
    const { capacity } = await client.call('folders.capacity', { serverId });
    if (out.json) {
      if (capacity !== undefined) out.object({ event: 'capacity', ...capacity, server });
      return exits.done;
    }
    if (count === 0) out.aside(m.terminal_folders_none(), 'note');
    if (capacity !== undefined)
      out.aside(m.terminal_capacity({ used: bytes(capacity.used), total: bytes(capacity.total) }), 'note');
    return exits.done;
  });

/** `folder make PATH…` */
export const folderMake = (host: Host, paths: readonly string[], options: FolderOptions): Promise<number> => {
  if (paths.some((path) => path === '')) throw new UsageError(m.usage_folder_empty());
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const { id: serverId, name: server } = await usualServer(client, options.server);
    for (const word of paths) {
      const path = remotePath(word);
      await client.call('folders.make', { serverId, path });
      if (out.json)
        out.object({ event: 'folder', name: path.split('/').findLast((part) => part !== ''), path, server });
      else out.line(m.terminal_folder_made({ path }), 'done');
    }
    return exits.done;
  });
};

export type LeftoverOptions = FolderOptions & { readonly clean?: boolean; readonly yes?: boolean };

const leftoverWords = ({ path, size, since, kind }: LeftoverView): string =>
  [
    path,
    m.terminal_leftover_size({ size: bytes(size) }),
    since === undefined ? '' : m.terminal_leftover_since({ time: time(since) }),
    kind === 'empty' ? m.terminal_leftover_empty() : '',
  ]
    .filter((part) => part !== '')
    .join('  ');

/** `leftovers [ID…] [--clean]` */
export const leftovers = (host: Host, ids: readonly string[], options: LeftoverOptions): Promise<number> => {
  const asks = options.clean === true && options.yes !== true && options.json !== true && host.io.stdin.isTTY;
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const { id: serverId, name: server } = await usualServer(client, options.server);
    const { rows } = await client.call('leftovers.list', { serverId });
    const unknown = ids.find((id) => !rows.some((row) => row.id === id));
    if (unknown !== undefined) throw new UsageError(m.usage_leftover_unknown({ unknown, server }));
    const meant = rows.filter((row) => ids.length === 0 || ids.includes(row.id));
    for (const row of meant)
      if (out.json) out.object({ event: 'leftover', ...row, server });
      else out.line(`${row.id}  ${leftoverWords(row)}`);
    if (meant.length === 0 && !out.json) out.aside(m.terminal_leftovers_none({ server }), 'note');
    if (options.clean !== true || meant.length === 0) {
      if (meant.length > 0 && !out.json) out.aside(m.terminal_leftovers_how(), 'note');
      return exits.done;
    }
    if (asks && !(await confirm(host.io, m.ask_leftovers_clean({ count: meant.length, server })))) return exits.usage;
    const done = await client.call('leftovers.clean', { serverId, ids: meant.map((row) => row.id) });
    if (out.json) {
      out.object({ event: 'changed', what: 'cleaned', ids: done.cleaned });
      for (const { id, problem } of done.refused) out.object({ event: 'refused', id, ...problemOf(problem) });
    } else {
      out.line(
        m.terminal_leftovers_cleaned({ done: done.cleaned.length, count: meant.length }),
        done.refused.length > 0 ? 'failed' : 'done',
      );
      for (const { problem } of done.refused) out.aside(sentence(problem), 'failed');
    }
    return done.refused.length > 0 ? exits.failed : exits.done;
  });
};
