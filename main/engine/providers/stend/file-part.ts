/** A chunk as Stend takes it: multipart/form-data with one part, the file. */
import type { Body } from '../../http/http.ts';
import { multipartFile } from '../../http/multipart.ts';

/**
 * `size`: exact bytes of the file's part; `undefined`: chunked encoding, for a body that may end early, and whose closing
 * boundary is then written all the same.
 * protocol: any field name but `constructor`, and a filename; the name that is kept is that of create.
 */
export const filePart = (size: number | undefined, stream: () => AsyncIterable<Uint8Array>): Body =>
  multipartFile({ field: 'file', filename: 'chunk', contentType: 'application/octet-stream', size, stream });

/** A part without a byte, in one piece: protocol: a body that ends before its closing boundary crashes the server. */
export const emptyPart = (): Body => {
  const body = filePart(0, async function* () {});
  return {
    ...body,
    stream: async function* () {
      const parts: Uint8Array[] = [];
      for await (const part of body.stream()) parts.push(part);
      yield Buffer.concat(parts);
    },
  };
};

/** Bytes of a body beside those of the file. */
export const framingBytes = emptyPart().length ?? 0;
