import { encode } from 'uqr';

/** Modules of white around a code that readers need to find it. */
const quiet = 4;

export type QrCode = {
  /** Modules of one side, the white border counted. */
  readonly size: number;
  /** The dark modules as the data of an SVG path, one unit a module. */
  readonly path: string;
};

/** The QR code of a text; `undefined` where it is too long for one. */
export const qrCode = (text: string): QrCode | undefined => {
  let code: ReturnType<typeof encode>;
  try {
    code = encode(text, { ecc: 'M', border: quiet });
  } catch {
    return undefined;
  }
  let path = '';
  code.data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      const width = x - from + 1;
      path += `M${from} ${y}h${width}v1h-${width}z`;
    }
  });
  return { size: code.size, path };
};

/** Pixels of a side of a saved picture: sharp on paper, too. */
const pictureSide = 1024;

/** The code as a PNG, dark on white. Rejects where the browser cannot draw it. */
export const qrPicture = async ({ size, path }: QrCode): Promise<Blob> => {
  const scale = Math.ceil(pictureSide / size);
  const canvas = new OffscreenCanvas(size * scale, size * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  context.fillStyle = '#000';
  context.fill(new Path2D(path));
  return await canvas.convertToBlob({ type: 'image/png' });
};
