/** Carries out what a person clicks in the tray's menu, without the window where that is possible. */
import type { Client } from '../../preload/contract.ts';
import type { Handed } from './arguments.ts';
import { decideInTray } from './decide-in-tray.ts';
import { wishForAll } from './follow.ts';
import type { Tell } from './outbox.ts';
import type { TrayCommand } from './tray.ts';

export type TrayPorts = {
  readonly client: Client;
  readonly tell: Tell;
  /** Shows the window. */
  readonly show: () => void;
  /** The system's dialog for files, without the window. Resolves with none if the person chose none. */
  readonly choose: () => Promise<readonly string[]>;
  /** Queues files without showing the window, unless it has to ask or to report something. */
  readonly upload: (handed: Handed) => void;
  /** Uploads what is in the clipboard to the default server. */
  readonly uploadClipboard: () => Promise<void>;
  readonly copy: (text: string) => Promise<void>;
  readonly quit: () => void;
  readonly quitNow: () => void;
};

/** Returns what carries out a command. Rejects as the calls do. */
export const trayWorkOf = (ports: TrayPorts): ((command: TrayCommand) => Promise<void>) => {
  const { client, tell, show, choose, upload, uploadClipboard, copy, quit, quitNow } = ports;
  /** One dialog at a time: two would look like one that does not close. */
  let choosing = false;
  const chooseAndUpload = async (serverId: string | undefined): Promise<void> => {
    if (choosing) return;
    choosing = true;
    try {
      const paths = await choose();
      if (paths.length > 0) upload({ paths, links: [], ...(serverId === undefined ? {} : { serverId }) });
    } finally {
      choosing = false;
    }
  };
  const inWindow = (name: 'settings' | 'limit'): void => {
    show();
    tell('command', { name });
  };
  return async (command) => {
    switch (command.does) {
      case 'open':
        show();
        return;
      case 'upload':
        await chooseAndUpload(command.serverId);
        return;
      case 'upload-clipboard':
        await uploadClipboard();
        return;
      case 'copy':
        await copy(command.link);
        return;
      case 'pause':
      case 'resume':
        await wishForAll(client, command.does);
        return;
      case 'limit':
        await client.call('settings.set', { limitBytesPerSecond: command.bytesPerSecond });
        return;
      case 'limit-setting':
        inWindow('limit');
        return;
      case 'settings':
        inWindow('settings');
        return;
      case 'decide':
        // Why it was refused is shown in the window.
        if (!(await decideInTray(client, tell, command))) show();
        return;
      case 'quit':
        quit();
        return;
      case 'quit-now':
        quitNow();
        return;
    }
  };
};
