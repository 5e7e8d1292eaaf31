import { themePages } from './page.ts';
import { StrictEmitter } from './strict.ts';
import { isDark, theme } from './theme.ts';
import { held, type Main } from './types.ts';

class NativeTheme extends StrictEmitter {
  constructor() {
    super('nativeTheme', ['updated']);
  }

  get themeSource(): 'system' | 'light' | 'dark' {
    return theme.source;
  }

  set themeSource(source: 'system' | 'light' | 'dark') {
    if (!['system', 'light', 'dark'].includes(source)) throw new TypeError(`'${source}' is no source of a theme`);
    change(() => (theme.source = source));
  }

  get shouldUseDarkColors(): boolean {
    return isDark();
  }

  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return theme.system === 'dark';
  }

  get shouldUseHighContrastColors(): boolean {
    return false;
  }

  get prefersReducedTransparency(): boolean {
    return false;
  }

  get inForcedColorsMode(): boolean {
    return false;
  }
}

held<NativeTheme, Main['nativeTheme']>();

export const nativeTheme = new NativeTheme();

const change = (set: () => void): void => {
  const before = isDark();
  set();
  if (before === isDark()) return;
  themePages(isDark());
  nativeTheme.emit('updated');
};

/** The person changes the system's theme. */
export const changeSystemTheme = (system: 'light' | 'dark'): void => change(() => (theme.system = system));
