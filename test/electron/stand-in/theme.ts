/** Which theme is to be shown: the app's wish, else the system's. */
import { setting } from './record.ts';

export const theme: { source: 'system' | 'light' | 'dark'; system: 'light' | 'dark' } = {
  source: 'system',
  system: setting.systemTheme,
};

export const isDark = (): boolean => (theme.source === 'system' ? theme.system : theme.source) === 'dark';
