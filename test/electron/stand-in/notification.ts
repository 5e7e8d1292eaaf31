import type { NotificationConstructorOptions } from 'electron';
import { needsReady } from './lifecycle.ts';
import { record } from './record.ts';
import { StrictEmitter } from './strict.ts';
import { held, type Main } from './types.ts';

const shown: Notification[] = [];

/** Others ask for a real desktop. */
const provided = new Set([
  'title',
  'body',
  'silent',
  'icon',
  'urgency',
  'timeoutType',
  'subtitle',
  'id',
  'groupId',
  'actions',
]);

export class Notification extends StrictEmitter {
  static isSupported(): boolean {
    return true;
  }

  title: string;
  body: string;
  silent: boolean;

  constructor(options: NotificationConstructorOptions = {}) {
    needsReady('Cannot create Notification before app is ready');
    super('Notification', ['show', 'click', 'close', 'failed', 'action', 'reply']);
    for (const name of Object.keys(options))
      if (!provided.has(name))
        throw new Error(`The stand-in for Electron does not provide the option ${name} of Notification.`);
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
  }

  show(): void {
    record.notifications.push({ title: this.title, body: this.body });
    if (!shown.includes(this)) shown.push(this);
    setImmediate(() => this.emit('show'));
  }

  close(): void {
    const at = shown.indexOf(this);
    if (at < 0) return;
    shown.splice(at, 1);
    setImmediate(() => this.emit('close'));
  }
}

held<Notification, Electron.Notification>();
held<typeof Notification, Main['Notification']>();

/** Clicks the youngest notification of this title that still stands. */
export const clickNotification = (title: string): void => {
  const found = shown.findLast((notification) => notification.title === title);
  if (!found)
    throw new Error(`No notification '${title}' is shown, only ${shown.map((entry) => entry.title).join(', ')}.`);
  found.emit('click');
  found.close();
};
