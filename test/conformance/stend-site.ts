/** What a test does at a Stend server itself, beside the provider. */
import type { StendRemote } from '../../main/engine/providers/stend/state.ts';

/** First lines of the requests that carry a chunk, and of the one that opens an upload. */
export const chunkLine = /^PUT \/files\/uploadChunk\?.*chunk=\d{1,8}$/;
export const openLine = /^POST \/files\/create/;

export const answersAt = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, headers: { connection: 'close' } });

/** See `Fixture.storeShort`. */
export const storeShort = async (base: string, remote: StendRemote): Promise<StendRemote> => {
  let last: unknown;
  for (let chunk = 0; chunk < remote.count; chunk++) {
    const body = new FormData();
    body.append('file', new Blob(['short']), 'blob');
    const url = `${base}/files/uploadChunk?transferkey=${remote.transferKey}&chunk=${chunk}`;
    const text = await (await answersAt(url, { method: 'PUT', body })).text();
    if (text !== '') last = JSON.parse(text);
  }
  const { deleteKey } = last as { deleteKey: string };
  return { ...remote, complete: true, deleteKey };
};
