import { needsReady } from './lifecycle.ts';
import { record } from './record.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

let kept = '';

const members = {
  writeText(text: string): Promise<void> {
    needsReady('clipboard cannot be used before app is ready');
    if (typeof text !== 'string') throw new TypeError('text must be a string');
    kept = text;
    record.clipboard.push(text);
    return Promise.resolve();
  },
  readText(): Promise<string> {
    needsReady('clipboard cannot be used before app is ready');
    return Promise.resolve(kept);
  },
  clear(): void {
    kept = '';
  },
};

held<typeof members, Main['clipboard']>();

export const clipboard = strict('clipboard', members);
