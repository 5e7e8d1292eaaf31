/** How an upload is sent: its chunks, how many at once, in which order. */
import { assertNever } from '../../outcome.ts';
import type { Job, Shape } from '../provider.ts';
import { storeOf } from './policy.ts';
import type { CloudreveRemote } from './state.ts';
import { rules } from './version.ts';

const lanesMost = 16;

const orderOf = (remote: CloudreveRemote): Shape['order'] => {
  const store = storeOf(remote.policy) ?? 'own';
  switch (store) {
    // protocol: below 4.18 the file completes as soon as the last index arrives.
    case 'own':
      return rules.waitsForAllChunks(remote.version) ? 'any' : 'last-alone';
    // protocol: whether a node takes chunks out of order cannot be seen; OneDrive never does.
    case 'remote':
    case 'onedrive':
      return 'ascending';
    case 's3':
    case 'ks3':
    case 'cos':
    case 'oss':
    case 'obs':
    case 'qiniu':
    case 'upyun':
      return 'any';
    default:
      return assertNever(store);
  }
};

/**
 * See `Provider.shape`. protocol: a chunk that was cut does not count, and may be sent again; below 4.7 the first chunk
 * sent again truncates the file, so that nothing travels beside it there (`resume` sees to the rest).
 */
export const shape = (job: Pick<Job, 'size'>, remote: CloudreveRemote): Shape => {
  const { chunk_concurrency: concurrency } = remote.policy;
  const lanes = rules.concurrency(remote.version) ? Math.trunc(concurrency ?? 1) : 1;
  return {
    chunkSize: remote.chunkSize > 0 ? remote.chunkSize : Math.max(1, job.size),
    lanes: Math.min(lanesMost, Math.max(1, lanes)),
    order: orderOf(remote),
    cut: 'harmless',
  };
};
