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

/** A part without a byte. */
export const emptyPart = (): Body => filePart(0, async function* () {});

/** Bytes of a body beside those of the file. */
export const framingBytes = emptyPart().length ?? 0;
