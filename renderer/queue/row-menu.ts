import type { DecisionView, TransferView } from '../../preload/contract.ts';
import { isFinal, isOrdered, isRetryable, sectionOf } from '../../preload/states.ts';
import type { App } from '../client/app.svelte.ts';
import { keyBeside } from '../client/server-links.ts';
import { decisionsOf, decisionWords } from '../client/decisions.svelte.ts';
import type { QueueActions } from './actions.svelte.ts';
import { changesOf, mayChange, mayMove } from '../add/changing.svelte.ts';
import { shareSheetOf } from '../shares/share-sheet.svelte.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { IconName } from '../ui/icon-names.ts';
import type { MenuItem } from '../ui/Menu.svelte';

const icons: Readonly<Partial<Record<DecisionView['role'], IconName>>> = { 'new-version': 'up', 'not-send': 'x' };

/** Everything that can be done with one transfer, for its menu. `ondetails`: absent where the details are open. */
export const menuOf = ({
  app,
  row,
  actions,
  ondetails,
}: {
  readonly app: App;
  readonly row: TransferView;
  readonly actions: QueueActions;
  readonly ondetails?: () => void;
}): readonly MenuItem[] => {
  const ids = [row.id];
  const key = keyBeside(row.share);
  const inApp = app.info?.host === 'app';
  const reveal = (): void => {
    app.client.call('window.reveal', { path: row.path }).catch((error: unknown) => app.slips.error(error));
  };
  // What needs attention has buttons; what was skipped has its decisions only here.
  const decisions = isFinal(row.state) && sectionOf(row) !== 'needs-you' ? (row.decisions ?? []) : [];
  const movesByDecision = row.decisions?.some(({ role }) => role === 'other-server') === true;
  const items: readonly MenuItem[] = [
    ...(ondetails === undefined ? [] : [{ label: m.row_details(), icon: 'info', act: ondetails } as const]),
    ...(row.share?.link === undefined
      ? []
      : [{ label: m.row_copy(), icon: 'copy', act: () => void actions.copyLinks([row]) } as const]),
    ...(key === undefined
      ? []
      : [{ label: m.row_copy_key(), icon: 'copy', act: () => void actions.copyKey(key) } as const]),
    ...(row.state === 'done' && shareSheetOf(app).mayShare(row)
      ? [{ label: m.shares_new_link_of(), icon: 'link', act: () => shareSheetOf(app).ofUpload(row) } as const]
      : []),
    ...(inApp ? [{ label: m.row_reveal(), icon: 'folder', act: reveal } as const] : []),
    ...(mayChange(row)
      ? [{ label: m.change_action(), icon: 'edit', act: () => changesOf(app).askOf(row) } as const]
      : []),
    ...(mayMove(row) && app.servers.length > 1 && !movesByDecision
      ? [{ label: m.row_other_server(), icon: 'server', act: () => changesOf(app).askOf(row) } as const]
      : []),
    ...(isOrdered(sectionOf(row))
      ? ([
          'line',
          { label: m.row_first(), icon: 'up', act: () => void actions.move(ids, 'first') },
          { label: m.row_last(), icon: 'down', act: () => void actions.move(ids, 'last') },
        ] as const)
      : []),
    'line',
    ...decisions.map((one) => ({
      label: decisionWords(one).label,
      icon: icons[one.role] ?? 'plus',
      act: () => void decisionsOf(app).decide(row, one),
    })),
    ...(isRetryable(row.state)
      ? [
          {
            label: row.state === 'cancelled' && decisions.length === 0 ? m.row_upload_again() : m.row_try_again(),
            icon: 'retry',
            act: () => void actions.retry(ids),
          } as const,
        ]
      : []),
    isFinal(row.state)
      ? { label: m.row_remove(), icon: 'x', act: () => void actions.remove(ids) }
      : { label: m.row_cancel(), icon: 'x', danger: true, act: () => void actions.cancel([row]) },
  ];
  return items[0] === 'line' ? items.slice(1) : items;
};
