/** What the server has, after any break. */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Job, Progress, ProviderContext, Resumed } from '../provider.ts';
import { look } from './look.ts';
import { findWanted, probeUpload } from './probe.ts';
import { type StendRemote, type StendSettings, unfinishedMs } from './state.ts';

/** ms before the server's own deadline at which an upload is given up: a chunk begun now would not arrive. */
const deadlineMarginMs = 60_000;

/** Indexes that are not known as acknowledged, from 0 up to `end`, which is left out. */
const unacknowledged = (progress: Progress, end: number): readonly number[] =>
  Array.from({ length: end }, (_, index) => index).filter((index) => !progress.acknowledged(index));

/**
 * ms until the server removes the upload, judged by its own clock alone: ours may be wrong by years. `undefined` where it
 * names no time.
 */
const leftMs = ({ created }: StendRemote, serverNow: number | undefined): number | undefined =>
  serverNow === undefined ? undefined : created + unfinishedMs - serverNow;

/**
 * See `Provider.resume`. A chunk that the server wants though some of its bytes had been handed to the socket has spoilt
 * the upload on a bare server: protocol: it is appended to what is there, so that half a chunk would stay in the file.
 */
export const resume = async (
  remote: StendRemote,
  progress: Progress,
  ctx: ProviderContext<StendSettings>,
  deleteKeyOf: Job['deleteKeyOf'] = () => undefined,
): Promise<Outcome<Resumed<StendRemote, StendSettings>>> => {
  const server = ctx.server.name;
  const restart = (code: 'cut-spoilt' | 'session-gone'): Outcome<never> => fail('restart', problem(code, { server }));
  if (remote.spoilt === true) return restart('cut-spoilt');
  const looked = await look(ctx, remote);
  if (!looked.ok) return looked;
  const { settings, changed, serverNow } = looked.value;
  const left = leftMs(remote, serverNow);
  const { front, frontServerHeader, apiVersion } = settings;
  const fresh: StendRemote = { ...remote, front, frontServerHeader, apiVersion };
  const known = changed ? { settings } : {};

  const complete = (): Outcome<Resumed<StendRemote, StendSettings>> => {
    const deleteKey = remote.deleteKey ?? deleteKeyOf(remote.shareKey);
    return ok({
      remote: { ...fresh, complete: true, ...(deleteKey === undefined ? {} : { deleteKey }) },
      stored: unacknowledged(progress, remote.count),
      notices: remote.complete || deleteKey !== undefined ? [] : [problem('delete-key-lost', { server })],
      ...known,
    });
  };
  const gone = (): Outcome<never> =>
    left !== undefined && left <= deadlineMarginMs && !remote.complete
      ? fail('restart', problem('deadline-passed', { hours: unfinishedMs / 3_600_000, server }))
      : restart('session-gone');

  const upload = await probeUpload(ctx, remote.transferKey);
  if (!upload.ok) return upload;
  if (upload.value === 'complete') return complete();
  if (upload.value === 'gone') return gone();
  // What the server still has though its time is over is continued: one of the two clocks must be wrong then, and the
  // server says itself when the upload is gone.
  if (left !== undefined && left > 0 && left <= deadlineMarginMs) return gone();

  const first = unacknowledged(progress, remote.count)[0] ?? remote.count;
  const wanted = await findWanted(ctx, remote, first);
  if (!wanted.ok) return wanted;
  if (wanted.value === 'complete') return complete();
  // The server has less than it had acknowledged: what it has cannot be trusted.
  if (wanted.value === 'gone' || wanted.value < first) return gone();
  const { value: next } = wanted;
  // Judged by what stood there when the cut came, and by what stands there now.
  const buffered = remote.front === 'buffered' && front === 'buffered';
  if (!buffered && progress.inFlight.some((chunk) => chunk.index === next && chunk.begun)) return restart('cut-spoilt');
  return ok({ remote: fresh, stored: unacknowledged(progress, next), notices: [], ...known });
};
