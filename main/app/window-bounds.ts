/** Where the window opens: as it was left, where that can still be seen and reached. Lengths are device-independent px. */

export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const smallest = { width: 720, height: 480 } as const;
const usual = { width: 1120, height: 720 } as const;

const titleBar = 44;
/** What must be seen of it, so that a hand can move the window. */
const grip = { width: 120, height: 24 } as const;

const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);

const canBeGripped = (window: Rectangle, screen: Rectangle): boolean =>
  overlap(window.x, window.width, screen.x, screen.width) >= grip.width &&
  overlap(window.y, titleBar, screen.y, screen.height) >= grip.height;

const sized = (wanted: { readonly width: number; readonly height: number }, screen: Rectangle) => ({
  width: Math.max(smallest.width, Math.min(wanted.width, screen.width)),
  height: Math.max(smallest.height, Math.min(wanted.height, screen.height)),
});

/**
 * The bounds that a window opens with: those it had, if its title bar can still be gripped; else its size in the
 * middle of the first screen. Never larger than the screen, never smaller than `smallest`.
 *
 * @param screens where windows may stand, the main one first
 */
export const windowBounds = (had: Rectangle | undefined, screens: readonly Rectangle[]): Rectangle => {
  const seen = had === undefined ? undefined : screens.find((screen) => canBeGripped(had, screen));
  if (had !== undefined && seen !== undefined) return { x: had.x, y: had.y, ...sized(had, seen) };
  const screen = screens[0] ?? { x: 0, y: 0, ...usual };
  const size = sized(had ?? usual, screen);
  return {
    x: Math.round(screen.x + Math.max(0, screen.width - size.width) / 2),
    y: Math.round(screen.y + Math.max(0, screen.height - size.height) / 2),
    ...size,
  };
};
