/** What the server has, after any break. */
import { problem } from '../../../../preload/problems.ts';
import { fail, failed, ok, type Failure, type Outcome } from '../../outcome.ts';
import type { InFlight, Job, Progress, ProviderContext, Resumed } from '../provider.ts';
import { isPractice } from './front.ts';
import { look } from './look.ts';
import { findWanted, probeUpload } from './probe.ts';
import { answerMs, type StendRemote, type StendSettings, unfinishedMs } from './state.ts';

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

/** ms between two questions whether a chunk is stored: short at first, and never longer than half a minute. */
const askAgainMs = (age: number): number => Math.min(30_000, Math.max(1_000, Math.round(age / 4)));

/**
 * Why a chunk that the server still wants, and whose answer was lost, must not be sent again; `undefined`: it may be.
 * Judged by what was in front of the server at the cut, and by what is there now.
 *
 * protocol: a chunk is appended to what is there, so that half of one stays in the file. A bare server keeps what came
 * until the cut. nginx keeps an incomplete chunk back; a whole one it passes on, and drops that request when its client
 * leaves, which crashes the server. With `proxy_ignore_client_abort on` it does not, so that the chunk will be stored.
 */
const judgeCut = (
  { completeAt }: InFlight,
  remote: StendRemote,
  settings: StendSettings,
  ctx: ProviderContext<StendSettings>,
): Failure | undefined => {
  const server = ctx.server.name;
  const spoilt: Failure = { behaviour: 'restart', problem: problem('cut-spoilt', { server }) };
  if (remote.front !== 'buffered' || settings.front !== 'buffered') return spoilt;
  if (completeAt === undefined || isPractice(settings.frontServerHeader)) return undefined;
  if (remote.ignoresAbort !== true || settings.ignoresAbort !== true) return spoilt;
  // Either way round: a clock that was corrected since makes nobody wait longer than twice that.
  const age = Math.abs(ctx.now() - completeAt);
  return age < answerMs
    ? {
        behaviour: 'retry',
        problem: problem('chunk-being-stored', { server }),
        afterMs: askAgainMs(age),
        scope: 'transfer',
      }
    : { behaviour: 'restart', problem: problem('chunk-not-stored', { server, minutes: answerMs / 60_000 }) };
};

/** See `Provider.resume`. */
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
  const { front, frontServerHeader, ignoresAbort, apiVersion } = settings;
  const fresh: StendRemote = { ...remote, front, frontServerHeader, ignoresAbort, apiVersion };
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
  const cut = progress.inFlight.find((chunk) => chunk.index === next && chunk.begun);
  const unsound = cut === undefined ? undefined : judgeCut(cut, remote, settings, ctx);
  if (unsound !== undefined) return failed(unsound);
  return ok({ remote: fresh, stored: unacknowledged(progress, next), notices: [], ...known });
};
