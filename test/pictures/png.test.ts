import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { smaller } from './png.ts';

const part = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};
const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** A picture of 40 × 20 in true colour, with lines by every filter of the format. */
const picture = (colour: (x: number, y: number) => number): Buffer => {
  const [width, height] = [40, 20];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const at = (x: number, y: number, channel: number): number =>
    x < 0 || y < 0 ? 0 : (colour(x, y) >> (16 - 8 * channel)) & 0xff;
  const paeth = (a: number, b: number, c: number): number => {
    const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
  };
  const lines = Array.from({ length: height }, (_, y) => [
    y % 5,
    ...Array.from({ length: width * 3 }, (__, n) => {
      const [x, channel] = [Math.floor(n / 3), n % 3];
      const [left, up, corner] = [at(x - 1, y, channel), at(x, y - 1, channel), at(x - 1, y - 1, channel)];
      const by = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][y % 5] ?? 0;
      return (at(x, y, channel) - by) & 0xff;
    }),
  ]);
  const data = deflateSync(Buffer.from(lines.flat()));
  return Buffer.concat([signature, part('IHDR', header), part('IDAT', data), part('IEND', Buffer.alloc(0))]);
};

/** The colours of a picture with a palette, line by line; undefined for one in true colour. */
const colours = (png: Buffer): readonly number[] | undefined => {
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    parts.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const palette = parts.get('PLTE');
  if (palette === undefined) return undefined;
  const lines = inflateSync(parts.get('IDAT') ?? Buffer.alloc(0));
  return [...lines].flatMap((place, n) => (n % 41 === 0 ? [] : [palette.readUIntBE(place * 3, 3)]));
};
const wanted = (colour: (x: number, y: number) => number): readonly number[] =>
  Array.from({ length: 800 }, (_, n) => colour(n % 40, Math.floor(n / 40)));

describe('a picture', () => {
  it('with few colours keeps each of them to the bit', () => {
    const colour = (x: number, y: number): number => [0xfbfcfd, 0x152025, 0x0f6b85, 0xc67100][(x * 7 + y * 3) % 4] ?? 0;
    expect(colours(smaller(picture(colour), 'plain'))).toEqual(wanted(colour));
  });

  it('with more than 256 colours shows none far from what it was', () => {
    const colour = (x: number, y: number): number => ((x * 6) << 16) | ((y * 12) << 8) | 0x80;
    const shown = colours(smaller(picture(colour), 'plain')) ?? [];
    const far = wanted(colour).map((value, n) => {
      const other = shown[n] ?? 0;
      return Math.hypot((value >> 16) - (other >> 16), ((value >> 8) & 0xff) - ((other >> 8) & 0xff));
    });
    expect(shown).toHaveLength(800);
    expect(Math.max(...far)).toBeLessThan(14);
  });

  it('with a shadow keeps its true colours where a palette would give it steps', () => {
    const colour = (x: number, y: number): number => ((x * 6) << 16) | ((y * 12) << 8) | 0x80;
    expect(colours(smaller(picture(colour), 'soft'))).toBeUndefined();
  });
});
