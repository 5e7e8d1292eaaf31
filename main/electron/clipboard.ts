/** The system's clipboard, as the app reads it. */
import { clipboard } from 'electron';
import type { ClipboardPort } from '../app/paste.ts';

/** What Electron calls a format of the system that is none of the web's. */
const ofSystem = (format: string): string =>
  format === 'text/uri-list' ? format : `electron application/osclipboard;format="${format}"`;

const read = async (type: string): Promise<Uint8Array | undefined> => {
  if (!(await clipboard.has(type))) return undefined;
  for (const item of await clipboard.read()) {
    const content = await item.getType(type).catch(() => undefined);
    if (content instanceof Blob) return new Uint8Array(await content.arrayBuffer());
  }
  return undefined;
};

export const systemClipboard: ClipboardPort = {
  raw: (format) => read(ofSystem(format)),
  png: () => read('image/png'),
  text: () => clipboard.readText(),
};
