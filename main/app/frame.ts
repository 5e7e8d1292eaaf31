/** The frame of the window: its colours before the page is there, and the system's buttons in the page's title bar. */

/** Colours of the look's tokens `ground` and `ink`. */
const colours = {
  light: { ground: '#fbfcfd', ink: '#152025' },
  dark: { ground: '#151b1e', ink: '#e9eeef' },
} as const;

/** One less than the title bar of the page, whose hairline stays visible below the buttons. */
const overlayHeight = 43;

export type Frame = {
  readonly backgroundColor: string;
  readonly titleBarStyle: 'hidden' | 'hiddenInset';
  readonly trafficLightPosition?: { readonly x: number; readonly y: number };
  readonly titleBarOverlay?: { readonly color: string; readonly symbolColor: string; readonly height: number };
};

/** The frame on a platform, as Node names it: macOS has its lights at the left, the others their buttons at the right. */
export const frame = (platform: string, dark: boolean): Frame => {
  const { ground, ink } = dark ? colours.dark : colours.light;
  if (platform === 'darwin')
    return { backgroundColor: ground, titleBarStyle: 'hiddenInset', trafficLightPosition: { x: 16, y: 15 } };
  return {
    backgroundColor: ground,
    titleBarStyle: 'hidden',
    titleBarOverlay: { color: ground, symbolColor: ink, height: overlayHeight },
  };
};
