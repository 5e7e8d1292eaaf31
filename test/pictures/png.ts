/**
 * Makes pictures of a window smaller: 256 colours are all that most have, but for the edges of their letters. Those
 * with a soft shadow over something keep every colour, because steps in it would be seen.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const colours = 256;

type Pixels = { readonly width: number; readonly height: number; /** 0xRRGGBB */ readonly values: Uint32Array };

/** The nearest of three neighbours, as the format defines it. */
const paeth = (left: number, up: number, corner: number): number => {
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
};

/** Reads what Chromium writes: 8 bits a channel, no interlacing. Throws for any other. */
const decode = (png: Buffer): Pixels => {
  const parts: Buffer[] = [];
  let [width, height, depth] = [0, 0, 0];
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      const kind = [data.readUInt8(8), data.readUInt8(9), data.readUInt8(12)].join('/');
      depth = kind === '8/2/0' ? 3 : kind === '8/6/0' ? 4 : 0;
      if (depth === 0) throw new Error('a picture of a kind that Chromium does not write');
    } else if (type === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * depth;
  const values = new Uint32Array(width * height);
  let before = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const filter = raw.readUInt8(y * (stride + 1));
    const line = raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    for (let x = 0; x < stride; x++) {
      const left = x < depth ? 0 : (line[x - depth] ?? 0);
      const up = before[x] ?? 0;
      const corner = x < depth ? 0 : (before[x - depth] ?? 0);
      const by = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      line[x] = ((line[x] ?? 0) + by) & 0xff;
    }
    for (let x = 0; x < width; x++) values[y * width + x] = line.readUIntBE(x * depth, 3);
    before = line;
  }
  return { width, height, values };
};

const distance = (a: number, b: number): number =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 0xff) - ((b >> 8) & 0xff)) ** 2 + ((a & 0xff) - (b & 0xff)) ** 2;

/** How far a colour may be from the one it is shown as: less where a soft shadow would get steps. */
const apartMost = { soft: 27, plain: 192 } as const;

/**
 * The palette, and the place of each colour in it: the most used colours, each far enough from those before it that
 * it is worth its place. What is left out is shown as the nearest of them. `undefined` where 256 are too few.
 */
const paletteOf = (
  values: Uint32Array,
  most: number,
): { readonly palette: readonly number[]; readonly place: ReadonlyMap<number, number> } | undefined => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const byUse = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([value]) => value);
  for (const apart of [0, 3, 8, 12, 18, 27, 48, 75, 108, 147, 192]) {
    if (apart > most) break;
    const palette: number[] = [];
    const place = new Map<number, number>();
    for (const value of byUse) {
      // The large surfaces are kept to the bit.
      const near = palette.length < 24 ? -1 : palette.findIndex((one) => distance(one, value) <= apart);
      place.set(value, near === -1 ? palette.push(value) - 1 : near);
      if (palette.length > colours) break;
    }
    if (palette.length <= colours) return { palette, place };
  }
  return undefined;
};

/** The lines of a picture in true colour, each by the filter that leaves the smallest numbers. */
const filtered = ({ width, height, values }: Pixels): Buffer => {
  const stride = width * 3;
  const lines = Buffer.alloc((stride + 1) * height);
  let before = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const line = Buffer.alloc(stride);
    for (let x = 0; x < width; x++) line.writeUIntBE(values[y * width + x] ?? 0, x * 3, 3);
    let least = Infinity;
    for (const filter of [0, 1, 2, 4]) {
      const tried = Buffer.alloc(stride);
      let sum = 0;
      for (let x = 0; x < stride; x++) {
        const left = x < 3 ? 0 : (line[x - 3] ?? 0);
        const up = before[x] ?? 0;
        const corner = x < 3 ? 0 : (before[x - 3] ?? 0);
        const by = [0, left, up, 0, paeth(left, up, corner)][filter] ?? 0;
        const rest = ((line[x] ?? 0) - by) & 0xff;
        tried[x] = rest;
        sum += rest < 128 ? rest : 256 - rest;
      }
      if (sum >= least) continue;
      least = sum;
      lines[y * (stride + 1)] = filter;
      tried.copy(lines, y * (stride + 1) + 1);
    }
    before = line;
  }
  return lines;
};

const part = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

/** The same picture with fewer colours where nobody sees it, packed as far as it goes. `soft`: something casts a shadow. */
export const smaller = (png: Buffer, kind: keyof typeof apartMost): Buffer => {
  const pixels = decode(png);
  const { width, height, values } = pixels;
  const found = paletteOf(values, apartMost[kind]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, found === undefined ? 2 : 3, 0, 0, 0], 8);
  const pack = (lines: Buffer): Buffer => part('IDAT', deflateSync(lines, { level: 9, memLevel: 9 }));
  const end = part('IEND', Buffer.alloc(0));
  if (found === undefined) return Buffer.concat([signature, part('IHDR', header), pack(filtered(pixels)), end]);

  const { palette, place } = found;
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = place.get(values[y * width + x] ?? 0) ?? 0;
  const table = Buffer.from(palette.flatMap((value) => [value >> 16, (value >> 8) & 0xff, value & 0xff]));
  return Buffer.concat([signature, part('IHDR', header), part('PLTE', table), pack(lines), end]);
};
