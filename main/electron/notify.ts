/** Notifications of the system. */
import { Notification } from 'electron';
import type { News } from '../app/news.ts';

/** Kept while they stand, for one that is collected hears no click. */
const standing = new Set<Notification>();

/** Shows a piece of news; a click on it leads to `open`. */
export const notify = ({ title, body }: News, open: () => void): void => {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  standing.add(notification);
  const gone = (): void => void standing.delete(notification);
  notification.on('click', () => {
    gone();
    open();
  });
  notification.on('close', gone);
  notification.show();
};
