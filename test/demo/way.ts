/** On what the demo shows itself: the app, the window in a browser, or the terminal. */

export type Way = 'app' | 'browser' | 'terminal';

/** What the choice depends on. */
export type Place = {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The path of Electron's binary, where there is one. */
  readonly electron: string | undefined;
};

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Whether a window that is opened here can be seen by whoever started this. */
export const hasDisplay = ({ platform, env }: Pick<Place, 'platform' | 'env'>): boolean => {
  if (isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY'])) return true;
  // These systems always have a screen, but somebody from afar does not sit before it.
  return (platform === 'darwin' || platform === 'win32') && !isSet(env['SSH_CONNECTION']);
};

export const wayOf = (place: Place): Way => {
  if (!hasDisplay(place)) return 'terminal';
  return place.electron === undefined ? 'browser' : 'app';
};
