import { isAbsolute } from 'node:path';
import { record } from './record.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

const openExternal: Main['shell']['openExternal'] = (url) => {
  if (!URL.canParse(url)) return Promise.reject(new Error('Invalid URL'));
  record.opened.push(url);
  return Promise.resolve();
};

const members = {
  openExternal,
  showItemInFolder(fullPath: string): void {
    if (!isAbsolute(fullPath)) throw new Error(`'${fullPath}' is no full path`);
    record.revealed.push(fullPath);
  },
  beep(): void {
    record.beeps += 1;
  },
};

held<typeof members, Main['shell']>();

export const shell = strict('shell', members);
