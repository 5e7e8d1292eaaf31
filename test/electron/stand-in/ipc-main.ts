import type { IpcMain } from 'electron';
import { EventEmitter } from 'node:events';
import { codec } from './codec.ts';
import type { FromPage } from './preload-world.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

type Handler = Parameters<IpcMain['handle']>[1];

const handlers = new Map<string, Handler>();
const { encode, decode } = codec();

/** Any channel may be listened to, so this emitter knows no list. */
class Channels extends EventEmitter {
  handle(channel: string, listener: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    if (typeof listener !== 'function')
      throw new TypeError(`Expected handler to be a function, but found type '${typeof listener}'`);
    handlers.set(channel, listener);
  }

  handleOnce(channel: string, listener: Handler): void {
    this.handle(channel, (event, ...args: unknown[]): unknown => {
      this.removeHandler(channel);
      return listener(event, ...args) as unknown;
    });
  }

  removeHandler(channel: string): void {
    handlers.delete(channel);
  }
}

held<Channels, Main['ipcMain']>();

export const ipcMain = strict('ipcMain', new Channels());

export interface Sender {
  readonly webContents: { send(channel: string, ...args: unknown[]): void };
  readonly frame: { readonly processId: number; readonly routingId: number };
}

const eventOf = ({ webContents, frame }: Sender, more: object = {}): never =>
  strict('event', {
    sender: webContents,
    senderFrame: frame,
    processId: frame.processId,
    frameId: frame.routingId,
    type: 'frame',
    ...more,
  }) as never;

/** A page's call or message. Gives the encoded answer of a call. */
export const receive = async (
  message: Extract<FromPage, { readonly kind: 'invoke' | 'send' }>,
  sender: Sender,
): Promise<{ readonly ok: boolean; readonly value: string } | undefined> => {
  const { channel } = message;
  const args = decode(message.args) as unknown[];
  if (message.kind === 'send') {
    const reply = (to: string, ...rest: unknown[]): void => sender.webContents.send(to, ...rest);
    ipcMain.emit(channel, eventOf(sender, { reply, ports: [], returnValue: undefined }), ...args);
    return undefined;
  }
  try {
    const handler = handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return { ok: true, value: encode(await handler(eventOf(sender), ...args)) };
  } catch (error) {
    return { ok: false, value: encode(`Error invoking remote method '${channel}': ${String(error)}`) };
  }
};
