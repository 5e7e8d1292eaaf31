import type { Display, Point, Rectangle } from 'electron';
import type { DisplaySize } from './control.ts';
import { displayAt, displayNear, displays, primary, setDisplays } from './displays.ts';
import { lifecycle } from './lifecycle.ts';
import { Preventable, StrictEmitter, used } from './strict.ts';
import { held, type Main } from './types.ts';

class Screen extends StrictEmitter {
  constructor() {
    super('screen', ['display-added', 'display-removed', 'display-metrics-changed']);
  }

  [used](): void {
    if (!lifecycle.ready) throw new Error("The 'screen' module can't be used before the app 'ready' event");
  }

  getAllDisplays(): Display[] {
    return [...displays.all];
  }

  getPrimaryDisplay(): Display {
    return primary();
  }

  getDisplayMatching(rect: Rectangle): Display {
    return displayAt(rect);
  }

  getDisplayNearestPoint(point: Point): Display {
    return displayNear(point);
  }

  getCursorScreenPoint(): Point {
    return { x: 0, y: 0 };
  }
}

held<Screen, Main['screen']>();

export const screen = new Screen();

/** Displays are plugged in and out. */
export const changeDisplays = (sizes: readonly DisplaySize[]): void => {
  const before = displays.all;
  setDisplays(sizes);
  for (const display of displays.all)
    if (!before.some(({ id }) => id === display.id)) screen.emit('display-added', new Preventable(), display);
    else screen.emit('display-metrics-changed', new Preventable(), display, ['bounds', 'workArea']);
  for (const display of before)
    if (!displays.all.some(({ id }) => id === display.id)) screen.emit('display-removed', new Preventable(), display);
};
