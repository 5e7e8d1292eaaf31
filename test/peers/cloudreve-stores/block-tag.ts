import { createHash } from 'node:crypto';

const BLOCK = 4 * 1024 * 1024;

/**
 * Qiniu's tag of content: the SHA-1 of its 4 MiB blocks behind 0x16 where there is one, the SHA-1 of their SHA-1s
 * behind 0x96 where there are more, in URL-safe base64.
 */
export class BlockTag {
  readonly #done: Buffer[] = [];
  #hash = createHash('sha1');
  #inBlock = 0;

  update(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#inBlock === BLOCK) {
        this.#done.push(this.#hash.digest());
        this.#hash = createHash('sha1');
        this.#inBlock = 0;
      }
      const piece = rest.subarray(0, BLOCK - this.#inBlock);
      this.#hash.update(piece);
      this.#inBlock += piece.length;
      rest = rest.subarray(piece.length);
    }
  }

  digest(): string {
    const blocks = [...this.#done, this.#hash.digest()];
    const [only] = blocks;
    const tag =
      blocks.length === 1 && only
        ? Buffer.concat([Buffer.of(0x16), only])
        : Buffer.concat([Buffer.of(0x96), createHash('sha1').update(Buffer.concat(blocks)).digest()]);
    return urlSafe(tag);
  }
}

/** Base64 with `-` and `_`, padding kept. */
export const urlSafe = (bytes: Buffer | string): string =>
  Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
