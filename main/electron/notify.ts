/** Notifications of the system. */
import { Notification } from 'electron';
import type { News } from '../app/news.ts';

/** Whether they have buttons here. Electron shows none on Linux. */
export const hasActions = process.platform !== 'linux';

/** Kept while they stand, for one that is collected hears no click. */
const standing = new Set<Notification>();

/** Shows news. `clicked` gets the place of the action that was clicked; none: the notification itself was. */
export const notify = ({ kind, title, body, actions }: News, clicked: (action?: number) => void): void => {
  if (!Notification.isSupported()) return;
  const buttons = actions.map(({ label }) => ({ type: 'button', text: label }) as const);
  // Grouped by the system, where it groups.
  const notification = new Notification({ title, body, groupId: kind, ...(hasActions ? { actions: buttons } : {}) });
  standing.add(notification);
  const gone = (): void => void standing.delete(notification);
  notification.on('click', () => {
    gone();
    clicked();
  });
  notification.on('action', ({ actionIndex }) => {
    gone();
    clicked(actionIndex);
  });
  notification.on('close', gone);
  notification.show();
};
