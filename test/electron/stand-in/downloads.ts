/** Files that pages of the default session save: Chromium keeps them in a folder, and they go where the person says. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SaveDialogReturnValue } from 'electron';
import type { Chromium } from './chromium.ts';
import { Desk } from './dialog.ts';
import { ownFolder } from './paths.ts';
import { record } from './record.ts';
import { Preventable, StrictEmitter } from './strict.ts';
import { held } from './types.ts';

export interface Download {
  readonly url: string;
  /** Chromium's name for it. */
  readonly id: string;
  /** What its page calls the file. */
  readonly name: string;
}

const folder = (): string => join(ownFolder(), 'downloads');

export const saveDesk = new Desk<SaveDialogReturnValue>();

/** Whether downloads came whole, by Chromium's names. */
const ends = new Map<string, PromiseWithResolvers<boolean>>();

const endOf = (id: string): PromiseWithResolvers<boolean> => {
  const end = ends.get(id) ?? Promise.withResolvers<boolean>();
  ends.set(id, end);
  return end;
};

/** Has Chromium keep what pages save. Before the first window. */
export const keepDownloads = async ({ cdp }: Chromium): Promise<void> => {
  const root = cdp.session();
  root.on('Browser.downloadProgress', ({ guid, state }) => {
    if (state !== 'inProgress') endOf(guid).resolve(state === 'completed');
  });
  await root.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath: folder(),
    eventsEnabled: true,
  });
};

export const save = Symbol('asks where to, and writes there');

export class DownloadItem extends StrictEmitter {
  readonly #download: Download;
  #path = '';

  constructor(download: Download) {
    super('downloadItem', ['done']);
    this.#download = download;
  }

  getURL(): string {
    return this.#download.url;
  }

  getFilename(): string {
    return this.#download.name;
  }

  getSavePath(): string {
    return this.#path;
  }

  async [save](): Promise<void> {
    const { id, name } = this.#download;
    record.dialogs.push({ kind: 'save', title: '', message: name, detail: '', buttons: [], properties: [] });
    const answer = await saveDesk.show();
    if (answer === undefined || answer.canceled) {
      this.emit('done', new Preventable(), 'cancelled');
      return;
    }
    this.#path = answer.filePath;
    const whole = await endOf(id).promise;
    const written =
      whole &&
      (await copyFile(join(folder(), id), this.#path).then(
        () => true,
        () => false,
      ));
    this.emit('done', new Preventable(), written ? 'completed' : 'interrupted');
  }
}

held<DownloadItem, Electron.DownloadItem>();
