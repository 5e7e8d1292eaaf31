import type { ClipboardItem as ElectronItem } from 'electron';
import { needsReady } from './lifecycle.ts';
import { record } from './record.ts';
import { strict, Strict } from './strict.ts';
import { held, type Main } from './types.ts';

/** What other programs put there, by type: base64. Text is kept beside it. */
let others: ReadonlyMap<string, Buffer> = new Map();
let kept = '';

class Item extends Strict {
  readonly types: string[] = [...others.keys(), ...(kept === '' ? [] : ['text/plain'])];

  constructor() {
    super('ClipboardItem');
  }

  getType(type: string): Promise<Blob> {
    const content = type === 'text/plain' && kept !== '' ? Buffer.from(kept) : others.get(type);
    if (content === undefined) return Promise.reject(new Error(`The type '${type}' was not found`));
    return Promise.resolve(new Blob([new Uint8Array(content)], { type }));
  }
}

const usable = (): void => needsReady('clipboard cannot be used before app is ready');

const members = {
  writeText(text: string): Promise<void> {
    usable();
    if (typeof text !== 'string') throw new TypeError('text must be a string');
    others = new Map();
    kept = text;
    record.clipboard.push(text);
    return Promise.resolve();
  },
  readText(): Promise<string> {
    usable();
    return Promise.resolve(kept);
  },
  has(type: string): Promise<boolean> {
    usable();
    return Promise.resolve(type === 'text/plain' ? kept !== '' : others.has(type));
  },
  read(): Promise<ElectronItem[]> {
    usable();
    return Promise.resolve([new Item() as unknown as ElectronItem]);
  },
  clear(): void {
    others = new Map();
    kept = '';
  },
};

held<typeof members, Main['clipboard']>();

export const clipboard = strict('clipboard', members);

/** What another program copies: content in base64 by type, and text. */
export const copyElsewhere = (content: Readonly<Record<string, string>>, text: string): void => {
  others = new Map(Object.entries(content).map(([type, data]) => [type, Buffer.from(data, 'base64')]));
  kept = text;
};
