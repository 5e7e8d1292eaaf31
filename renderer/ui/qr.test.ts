import { expect, it } from 'vitest';
import { qrCode } from './qr.ts';

/** The dark modules that a path covers, as `x,y`. */
const covered = (path: string): Set<string> => {
  const dark = new Set<string>();
  for (const [, x = '', y = '', width = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let n = 0; n < Number(width); n++) dark.add(`${Number(x) + n},${y}`);
  return dark;
};

it('draws the three finder patterns within a white border of four modules', () => {
  const code = qrCode('https://hafen.example/d?k7m2');
  const dark = covered(code?.path ?? '');
  const end = (code?.size ?? 0) - 5;
  for (const corner of [`4,4`, `${end},4`, `4,${end}`]) expect(dark).toContain(corner);
  expect(dark).not.toContain(`${end},${end + 1}`);
  expect([...dark].every((at) => at.split(',').every((n) => Number(n) >= 4 && Number(n) <= end))).toBe(true);
});
it('draws none of a text that is too long for one', () => {
  expect(qrCode('x'.repeat(4000))).toBeUndefined();
});
