import { randomInt } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const DIGITS = [
  '01110 10001 10011 10101 11001 10001 01110',
  '00100 01100 00100 00100 00100 00100 01110',
  '01110 10001 00001 00110 01000 10000 11111',
  '11110 00001 00001 01110 00001 00001 11110',
  '00010 00110 01010 10010 11111 00010 00010',
  '11111 10000 11110 00001 00001 10001 01110',
  '00110 01000 10000 11110 10001 10001 01110',
  '11111 00001 00010 00100 01000 01000 01000',
  '01110 10001 10001 01110 10001 10001 01110',
  '01110 10001 10001 01111 00001 00010 01100',
].map((rows) => rows.split(' '));
const SCALE = 6;
const [WIDTH, HEIGHT] = [240, 60];

/** A word for a captcha: six digits. */
export const makeWord = (): string => String(randomInt(1_000_000)).padStart(6, '0');

/** A picture of the word, as a data URI. */
export function drawWord(word: string): string {
  const rows = Array.from({ length: HEIGHT }, () => Buffer.alloc(WIDTH + 1, 255));
  for (const [place, digit] of Array.from(word).entries()) {
    for (const [y, row] of (DIGITS[Number(digit)] ?? []).entries()) {
      for (const [x, bit] of Array.from(row).entries()) {
        if (bit === '1') fillSquare(rows, 12 + place * SCALE * 6 + x * SCALE, 8 + y * SCALE);
      }
    }
  }
  // the first byte of every row names its filter: none
  for (const row of rows) row[0] = 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header[8] = 8;
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
  return `data:image/png;base64,${png.toString('base64')}`;
}

function fillSquare(rows: readonly Buffer[], left: number, top: number): void {
  for (const row of rows.slice(top, top + SCALE)) row.fill(40, left + 1, left + 1 + SCALE);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
