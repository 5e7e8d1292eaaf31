import { isOrdered } from '../../preload/states.ts';
import { changesOf } from '../add/changing.svelte.ts';
import type { App } from '../client/app.svelte.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { MenuItem } from '../ui/Menu.svelte';
import type { QueueActions } from './actions.svelte.ts';
import { hasLinks, isOver, isPaused, pending, type FolderEntry } from './entries.ts';

/** Everything that can be done with a folder. `ondetails`, `ontoggle`: absent where there is nothing to show. */
export const folderMenu = ({
  app,
  folder,
  actions,
  isOpen,
  ondetails,
  ontoggle,
}: {
  readonly app: App;
  readonly folder: FolderEntry;
  readonly actions: QueueActions;
  readonly isOpen: boolean;
  readonly ondetails?: () => void;
  readonly ontoggle?: (() => void) | undefined;
}): readonly MenuItem[] => {
  const ids = [folder.id];
  const reveal = (): void => {
    app.client.call('window.reveal', { path: folder.path }).catch((error: unknown) => app.slips.error(error));
  };
  const items: readonly MenuItem[] = [
    ...(ondetails === undefined ? [] : [{ label: m.row_details(), icon: 'info', act: ondetails } as const]),
    ...(ontoggle === undefined
      ? []
      : [
          {
            label: isOpen ? m.added_folder_close() : m.added_folder_open(),
            icon: isOpen ? 'down' : 'right',
            act: ontoggle,
          } as const,
        ]),
    ...(hasLinks(folder) && app.server(folder.serverId)?.capabilities.sharesAreFiles !== true
      ? [{ label: m.added_folder_copy(), icon: 'copy', act: () => void actions.copyLinks([folder]) } as const]
      : []),
    ...(app.info?.host === 'app' ? [{ label: m.row_reveal(), icon: 'folder', act: reveal } as const] : []),
    ...(isOver(folder) || folder.undoable > 0
      ? []
      : [
          {
            label: m.change_action(),
            icon: 'edit',
            act: () =>
              changesOf(app).ask({ filter: { folderId: folder.folderId }, count: folder.count, name: folder.name }),
          } as const,
        ]),
    ...(isOrdered(folder.section)
      ? ([
          'line',
          { label: m.added_folder_first(), icon: 'up', act: () => void actions.move(ids, 'first') },
          { label: m.added_folder_last(), icon: 'down', act: () => void actions.move(ids, 'last') },
        ] as const)
      : []),
    'line',
    ...(folder.counts.failed > 0
      ? [{ label: m.added_folder_retry(), icon: 'retry', act: () => void actions.retry(ids) } as const]
      : []),
    ...(pending(folder) > 0
      ? [{ label: m.added_folder_pause(), icon: 'pause', act: () => void actions.pause(ids) } as const]
      : []),
    ...(isPaused(folder)
      ? [{ label: m.added_folder_resume(), icon: 'play', act: () => void actions.resume(ids) } as const]
      : []),
    isOver(folder)
      ? { label: m.row_remove(), icon: 'x', act: () => void actions.remove(ids) }
      : { label: m.added_folder_cancel(), icon: 'x', danger: true, act: () => void actions.cancel([folder]) },
  ];
  return items[0] === 'line' ? items.slice(1) : items;
};
