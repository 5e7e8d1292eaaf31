/** A picture that a sign-in asks about: saved as a file, and shown in the terminal where that can. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './out.ts';

/** The bytes of a `data:` address, and what they are; `undefined` for anything else. */
export const pictureIn = (address: string): { readonly type: string; readonly base64: string } | undefined => {
  const [, type, base64] = /^data:image\/(png|jpeg|gif);base64,([A-Za-z0-9+/]+=*)$/.exec(address) ?? [];
  return type === undefined || base64 === undefined ? undefined : { type, base64 };
};

/** So much of a picture travels in one escape sequence. */
const piece = 4_096;

/** The escape sequence that draws a picture; `undefined` where the terminal is not known to understand one. */
export const inlinePicture = (address: string, env: Io['env']): string | undefined => {
  const picture = pictureIn(address);
  if (picture === undefined) return undefined;
  const { type, base64 } = picture;
  if (env['TERM_PROGRAM'] === 'iTerm.app' || env['TERM_PROGRAM'] === 'WezTerm')
    return `\x1b]1337;File=inline=1;size=${Math.floor((base64.length * 3) / 4)}:${base64}\x07\n`;
  if (type !== 'png' || (env['KITTY_WINDOW_ID'] === undefined && env['TERM'] !== 'xterm-kitty')) return undefined;
  const parts = base64.match(new RegExp(`.{1,${piece}}`, 'g')) ?? [];
  const drawn = parts.map((part, n) => {
    const more = n === parts.length - 1 ? 0 : 1;
    return `\x1b_G${n === 0 ? 'f=100,a=T,' : ''}m=${more};${part}\x1b\\`;
  });
  return `${drawn.join('')}\n`;
};

export type SavedPicture = { readonly path: string; readonly remove: () => Promise<void> };

/** Saves a picture in a folder of its own, for its owner alone; `undefined` where it is none. */
export const savePicture = async (address: string): Promise<SavedPicture | undefined> => {
  const picture = pictureIn(address);
  if (picture === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-'));
  const path = join(folder, `picture.${picture.type === 'jpeg' ? 'jpg' : picture.type}`);
  await writeFile(path, Buffer.from(picture.base64, 'base64'), { mode: 0o600 });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
};
