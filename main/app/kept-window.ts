/** How the window was left, kept in the profile: read before anything else, so that it opens at once and as it was. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SettingsView } from '../../preload/contract.ts';
import type { Rectangle } from './window-bounds.ts';

export type KeptWindow = {
  readonly bounds?: Rectangle;
  readonly maximised: boolean;
  /** Known before the settings are open, so that no window flashes in the wrong colour. */
  readonly theme: SettingsView['theme'];
};

const nothing: KeptWindow = { maximised: false, theme: 'system' };

const fileIn = (profile: string): string => path.join(profile, 'window.json');

const isLength = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

const rectangle = (value: unknown): Rectangle | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { x, y, width, height } = value as Readonly<Record<string, unknown>>;
  return isLength(x) && isLength(y) && isLength(width) && isLength(height) && width > 0 && height > 0
    ? { x, y, width, height }
    : undefined;
};

/** How the window was left; a first start, or a file that is not as expected, is the usual window. Never throws. */
export const readWindow = (profile: string): KeptWindow => {
  try {
    const raw: unknown = JSON.parse(fs.readFileSync(fileIn(profile), 'utf8'));
    if (typeof raw !== 'object' || raw === null) return nothing;
    const { bounds, maximised, theme } = raw as Readonly<Record<string, unknown>>;
    const found = rectangle(bounds);
    return {
      ...(found === undefined ? {} : { bounds: found }),
      maximised: maximised === true,
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    };
  } catch {
    return nothing;
  }
};

/** Keeps how the window is now. What cannot be written is not worth a word: the next start opens in the middle. */
export const keepWindow = (profile: string, window: KeptWindow): void => {
  const file = fileIn(profile);
  try {
    fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(window)}\n`, { mode: 0o600 });
    fs.renameSync(`${file}.tmp`, file);
  } catch {
    fs.rmSync(`${file}.tmp`, { force: true });
  }
};
