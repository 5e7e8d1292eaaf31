import { readFileSync } from 'node:fs';
import type { NativeImage as ElectronNativeImage, ResizeOptions, Size } from 'electron';
import { Strict, strict } from './strict.ts';
import { held, type Main } from './types.ts';

/** Width and height of a PNG; an image of anything else is empty, as where Electron cannot decode. */
const sizeOf = (bytes: Buffer): Size | undefined =>
  bytes.length >= 24 && bytes.subarray(1, 4).toString('latin1') === 'PNG'
    ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    : undefined;

const readFrom = Symbol('readFrom');

class NativeImage extends Strict {
  readonly #bytes: Buffer;
  readonly #size: Size | undefined;
  /** The file that it was read from; '' where there is none. */
  readonly #path: string;
  isMacTemplateImage = false;

  constructor(bytes: Buffer, size: Size | undefined, path: string) {
    super('NativeImage');
    this.#path = path;
    this.#bytes = bytes;
    this.#size = size;
  }

  isEmpty(): boolean {
    return this.#size === undefined;
  }

  readonly getSize: ElectronNativeImage['getSize'] = () => ({ ...(this.#size ?? { width: 0, height: 0 }) });

  /** The picture stays as it is: only its size is told anew. */
  resize({ width, height }: ResizeOptions): ElectronNativeImage {
    const { width: w = 0, height: h = 0 } = this.#size ?? {};
    const to = {
      width: width ?? Math.round((w * (height ?? h)) / (h || 1)),
      height: height ?? Math.round((h * (width ?? w)) / (w || 1)),
    };
    return outward(this.#bytes, this.#size && to, this.#path);
  }

  setTemplateImage(option: boolean): void {
    this.isMacTemplateImage = option;
  }

  isTemplateImage(): boolean {
    return this.isMacTemplateImage;
  }

  [readFrom](): string {
    return this.#path;
  }
}

held<NativeImage, ElectronNativeImage>();

const outward = (bytes: Buffer, size: Size | undefined, path = ''): ElectronNativeImage =>
  new NativeImage(bytes, size, path) as unknown as ElectronNativeImage;

const createFromBuffer: Main['nativeImage']['createFromBuffer'] = (buffer) => outward(buffer, sizeOf(buffer));

const members = {
  createEmpty: (): ElectronNativeImage => outward(Buffer.alloc(0), undefined),
  /** Empty where the file cannot be read, as in Electron. */
  createFromPath(path: string): ElectronNativeImage {
    try {
      const bytes = readFileSync(path);
      return outward(bytes, sizeOf(bytes), path);
    } catch {
      return members.createEmpty();
    }
  },
  createFromBuffer,
  createFromDataURL(dataURL: string): ElectronNativeImage {
    const bytes = Buffer.from(dataURL.slice(dataURL.indexOf(',') + 1), 'base64');
    return outward(bytes, sizeOf(bytes));
  },
};

held<typeof members, Main['nativeImage']>();

export const nativeImage = strict('nativeImage', members);

/** Whether something is an image that shows anything: one of these, or the path of a picture. */
export const shows = (image: unknown): boolean =>
  typeof image === 'string'
    ? !members.createFromPath(image).isEmpty()
    : image instanceof NativeImage && !image.isEmpty();

/** The file that an image of these was read from. */
export const pathOf = (image: unknown): string => (image instanceof NativeImage ? image[readFrom]() : '');
