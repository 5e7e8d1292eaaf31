/** The requests that carry chunks to a Cloudreve site and its stores, by their first lines. */
import type { CloudreveRemote } from '../../main/engine/providers/cloudreve/state.ts';
import type { Proxy } from '../faults/proxy.ts';

export const ownLine = /^POST \/api\/v4\/file\/upload\/[^/]+\/\d+/;
export const partLine = /^PUT \/\S*partNumber=/;
export const nodeLine = /^POST \/api\/v4\/slave\/upload\//;

/** To whatever store: a site of somebody's may have any. */
export const storeLine = new RegExp(`${partLine.source}|${nodeLine.source}`);

/** How the first lines of each chunk's requests end, in the chunks' order. */
const endings = ({ session, uploadUrls, size, chunkSize }: CloudreveRemote): readonly string[] => {
  const places = uploadUrls.map((url) => new URL(url)).map(({ pathname, search }) => pathname + search);
  if (places.some((place) => place.includes('?'))) return places;
  const count = chunkSize === 0 ? 1 : Math.max(1, Math.ceil(size / chunkSize));
  const [node] = places;
  return Array.from({ length: count }, (_, index) =>
    node === undefined ? `/file/upload/${session}/${index}` : `${node}?chunk=${index}`,
  );
};

/** Bodies that came by for each chunk of an upload, where no server counts them. */
export const bodiesBy = (meddler: Proxy, remote: CloudreveRemote): ReadonlyMap<number, number> => {
  const lines = meddler.bodies();
  return new Map(
    endings(remote)
      .map((ending) => lines.filter((line) => line.endsWith(ending)).length)
      .entries(),
  );
};
