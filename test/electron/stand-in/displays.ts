/** The displays that the spec gave the machine. */
import type { Display, Rectangle } from 'electron';
import type { DisplaySize } from './control.ts';
import { setting } from './record.ts';

/** The panel at the top of each display, in px: a work area is smaller than its display. */
const panel = 32;

const toDisplay = ({ bounds, scaleFactor = 1 }: DisplaySize, index: number): Display => {
  const { x, y, width, height } = bounds;
  return {
    id: index + 1,
    label: `Display ${index + 1}`,
    bounds: { x, y, width, height },
    workArea: { x, y: y + panel, width, height: height - panel },
    size: { width, height },
    workAreaSize: { width, height: height - panel },
    scaleFactor,
    rotation: 0,
    internal: index === 0,
    detected: true,
    monochrome: false,
    colorDepth: 24,
    colorSpace: '{primaries:BT709, transfer:SRGB, matrix:RGB, range:FULL}',
    depthPerComponent: 8,
    displayFrequency: 60,
    maximumCursorSize: { width: 64, height: 64 },
    nativeOrigin: { x, y },
    accelerometerSupport: 'unknown',
    touchSupport: 'unknown',
  };
};

export const displays: { all: readonly Display[] } = { all: setting.displays.map(toDisplay) };

export const setDisplays = (sizes: readonly DisplaySize[]): void => void (displays.all = sizes.map(toDisplay));

export const primary = (): Display => {
  const [first] = displays.all;
  if (!first) throw new Error('A machine has one display at least.');
  return first;
};

const shared = (a: Rectangle, b: Rectangle): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

/** The display that most of a rectangle is on; the first where it is on none. */
export const displayAt = (rect: Rectangle): Display =>
  displays.all.reduce((best, next) => (shared(next.bounds, rect) > shared(best.bounds, rect) ? next : best), primary());

export const displayNear = ({ x, y }: { readonly x: number; readonly y: number }): Display => {
  const far = ({ bounds }: Display): number =>
    Math.max(bounds.x - x, 0, x - bounds.x - bounds.width) + Math.max(bounds.y - y, 0, y - bounds.y - bounds.height);
  return displays.all.reduce((best, next) => (far(next) < far(best) ? next : best), primary());
};
