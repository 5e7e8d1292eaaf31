import { expect, test } from 'vitest';
import { windowBounds } from './window-bounds.ts';

const main = { x: 0, y: 25, width: 1920, height: 1055 };
const second = { x: 1920, y: 0, width: 1280, height: 1024 };

test('opens where it was, on whichever screen', () => {
  const had = { x: 2000, y: 100, width: 900, height: 600 };
  expect(windowBounds(had, [main, second])).toEqual(had);
});

test('comes back to the first screen, in its size, when its own was unplugged', () => {
  expect(windowBounds({ x: 2000, y: 100, width: 900, height: 600 }, [main])).toEqual({
    x: 510,
    y: 253,
    width: 900,
    height: 600,
  });
});

test('stays where a panel covers a little of its title bar', () => {
  expect(windowBounds({ x: 10, y: 10, width: 900, height: 600 }, [main])).toMatchObject({ x: 10, y: 10 });
  expect(windowBounds({ x: 10, y: 0, width: 900, height: 600 }, [main])).not.toMatchObject({ x: 10 });
});

test('comes back when only a corner of it could be seen', () => {
  expect(windowBounds({ x: 1880, y: 100, width: 900, height: 600 }, [main]).x).toBe(510);
  expect(windowBounds({ x: 100, y: -300, width: 900, height: 600 }, [main]).y).toBe(253);
});

test('shrinks to a screen that got smaller, but not below its smallest size', () => {
  const small = { x: 0, y: 0, width: 640, height: 400 };
  expect(windowBounds({ x: 0, y: 0, width: 3000, height: 2000 }, [main])).toMatchObject({ width: 1920, height: 1055 });
  expect(windowBounds({ x: 0, y: 0, width: 3000, height: 2000 }, [small])).toEqual({
    x: 0,
    y: 0,
    width: 720,
    height: 480,
  });
});

test('opens in the middle at first', () => {
  expect(windowBounds(undefined, [main])).toEqual({ x: 400, y: 193, width: 1120, height: 720 });
  expect(windowBounds(undefined, [])).toEqual({ x: 0, y: 0, width: 1120, height: 720 });
});
