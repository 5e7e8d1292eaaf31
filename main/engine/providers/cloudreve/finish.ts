/** After the last chunk: what the policy wants, and the share that was asked for. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { ShareTerms } from '../account.ts';
import type { Job, Progress, ProviderContext, Sent } from '../provider.ts';
import { complete } from './complete.ts';
import { serverNow } from '../server-clock.ts';
import { timeOf } from './clock.ts';
import { createDirectLink } from './direct-links.ts';
import { chosen } from './options.ts';
import { askShare, createShare, linkOf, listShares } from './share-api.ts';
import { settled } from './upload-status.ts';
import type { CloudreveRemote } from './state.ts';
import { folderOf, pathIn, pathOfShared } from './uri.ts';

type Ctx = ProviderContext<unknown>;

/** ms by which two clocks' seconds may differ. */
const slackMs = 5_000;

/**
 * The share that a request made whose answer was lost. protocol: the list tells a share's name only, which files in other
 * folders may have as well; what is told of the share itself is its file's folder.
 */
const madeEarlier = async (
  remote: CloudreveRemote,
  since: number,
  terms: ShareTerms,
  ctx: Ctx,
): Promise<Outcome<CloudreveRemote['share']>> => {
  const listed = await listShares(undefined, ctx);
  if (!listed.ok) return listed;
  const folder = folderOf(pathIn(remote.uri) ?? '');
  for (const found of listed.value.shares) {
    if (found.name !== remote.name || (timeOf(found.created_at) ?? 0) < since - slackMs) continue;
    const told = await askShare(found.id, found.password ?? terms.password ?? undefined, ctx);
    // Somebody's share of that name, which tells nothing of itself, does not undo an upload that is done.
    if (!told.ok && told.failure.behaviour === 'fatal') continue;
    if (!told.ok) return told;
    const { source_uri: source } = told.value ?? {};
    if (source === undefined || pathOfShared(source) !== folder) continue;
    const expiresAt = timeOf(found.expires);
    const link = linkOf(ctx.server.address, found.id, found.password);
    return ok({ id: found.id, link, ...(expiresAt === undefined ? {} : { expiresAt }) });
  }
  return ok(undefined);
};

/** Shares the file once, as was asked for. That it may not be shared does not undo the upload: it is told. */
const share = async (
  job: Job,
  remote: CloudreveRemote,
  ctx: Ctx,
  remember: (remote: CloudreveRemote) => void,
): Promise<Outcome<CloudreveRemote>> => {
  const read = chosen(job.options.extra);
  const terms = 'refused' in read ? undefined : read.value.share;
  if (terms === undefined || remote.share !== undefined || remote.shareRefused === true) return ok(remote);
  const done = await settled(remote, ctx);
  if (!done.ok) return done;
  if (remote.sharing !== undefined) {
    const earlier = await madeEarlier(remote, remote.sharing, terms, ctx);
    if (!earlier.ok) return earlier;
    if (earlier.value !== undefined) return ok({ ...remote, share: earlier.value });
  }
  const asking = { ...remote, sharing: remote.sharing ?? serverNow(ctx) };
  remember(asking);
  const made = await createShare(remote.uri, remote.name, terms, ctx);
  if (!made.ok) {
    const { behaviour } = made.failure;
    return behaviour === 'fatal' || made.failure.problem.code === 'no-permission'
      ? ok({ ...asking, shareRefused: true })
      : made;
  }
  const { expirySeconds } = terms;
  const until = typeof expirySeconds === 'number' ? { expiresAt: serverNow(ctx) + expirySeconds * 1000 } : {};
  return ok({ ...asking, share: { ...made.value, ...until } });
};

/** The direct link that was asked for; that there may be none does not undo the upload, either. */
const link = async (job: Job, remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<CloudreveRemote>> => {
  const read = chosen(job.options.extra);
  if ('refused' in read || !read.value.direct || remote.direct !== undefined || remote.linkRefused === true)
    return ok(remote);
  const done = await settled(remote, ctx);
  if (!done.ok) return done;
  const made = await createDirectLink(remote.uri, remote.name, ctx);
  if (made.ok) return ok({ ...remote, direct: made.value });
  return made.failure.behaviour === 'fatal' ? ok({ ...remote, linkRefused: true }) : made;
};

/** See `Provider.finish`. */
export const finish = async (
  job: Job,
  remote: CloudreveRemote,
  progress: Progress,
  ctx: Ctx,
  remember: (remote: CloudreveRemote) => void,
): Promise<Outcome<Sent<CloudreveRemote>>> => {
  const completed = await complete(remote, progress, ctx, remember);
  if (!completed.ok) return completed;
  const shared = await share(job, completed.value, ctx, remember);
  if (!shared.ok) return shared;
  const linked = await link(job, shared.value, ctx);
  return linked.ok ? ok({ remote: linked.value }) : linked;
};

/** Fields that are read after the last chunk. */
const ofLinks: ReadonlySet<string> = new Set(['share', 'share-expire', 'share-downloads', 'share-password', 'direct']);

/** See `Provider.sentWith`. A link that was asked for may be there, whether its answer came or not. */
export const termsOfFinish = (term: string, remote: CloudreveRemote | undefined): 'finish' | undefined => {
  const { sharing, share, shareRefused, direct, linkRefused } = remote ?? {};
  const isAsked = [sharing, share, shareRefused, direct, linkRefused].some((one) => one !== undefined);
  return ofLinks.has(term) && !isAsked ? 'finish' : undefined;
};

/** What is told of a link that could not be made. */
export const shareNotice = (remote: CloudreveRemote, server: string): readonly Problem[] =>
  remote.shareRefused === true
    ? [problem('share-not-allowed', { server })]
    : remote.linkRefused === true
      ? [problem('direct-link-refused', { server })]
      : [];
