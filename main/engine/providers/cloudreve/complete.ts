/** Completing the object in its store, and telling the site. */
import { problem } from '../../../../preload/problems.ts';
import { asSaid } from '../../../../preload/problems/reasons.ts';
import type { Answer, Body } from '../../http/http.ts';
import { fail, failed, notStored, ok, type Failure, type Outcome } from '../../outcome.ts';
import type { Progress, ProviderContext } from '../provider.ts';
import { call } from './call.ts';
import { octets } from '../media-type.ts';
import { textBody } from '../../http/text-body.ts';
import { codes, refusal } from './codes.ts';
import { wordsOf } from './envelope.ts';
import { storeOf } from './policy.ts';
import type { CloudreveRemote } from './state.ts';
import { errorOf, storeRefusal, storeWords, succeeded } from './store-answers.ts';
import { settled, standingOf } from './upload-status.ts';

type Ctx = ProviderContext<unknown>;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The tags of all parts in their order; `undefined` where one is not known. protocol: a part left out completes short. */
const tagsOf = (progress: Progress): readonly string[] | undefined => {
  const tags = Array.from({ length: progress.count }, (_, index) => progress.tag(index));
  return tags.every((tag) => tag !== undefined) ? tags : undefined;
};

const partsXml = (tags: readonly string[]): string => {
  const parts = tags.map((tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`);
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
};

/** What an earlier completion, whose answer was lost, leaves behind: the object. */
const wasDone = new Set(['FileAlreadyExists', 'ObjectAlreadyExists', 'PreconditionFailed']);
/** Of parts that were all taken, and do not make a file: that may last. */
const unmakeable = new Set(['InvalidPart', 'InvalidPartOrder']);
/** What it leaves behind as well, and so does an upload that was swept. */
const isUnknown = (answer: Answer, error: string): boolean =>
  error === 'NoSuchUpload' || answer.status === 404 || answer.status === 612;

/** The request that completes the object; `undefined` where its store wants none, or a tag is missing. */
const ask = (remote: CloudreveRemote, progress: Progress, ctx: Ctx): Promise<Outcome<Answer>> | undefined => {
  const tags = tagsOf(progress);
  const url = remote.completeUrl ?? '';
  const post = (headers: Readonly<Record<string, string>>, body?: Body): Promise<Outcome<Answer>> =>
    ctx.http.send({ method: 'POST', url, headers, ...(body === undefined ? {} : { body }) });
  switch (storeOf(remote.policy)) {
    case 's3':
    case 'ks3':
    case 'obs':
      return tags && post({}, textBody(partsXml(tags), octets));
    case 'cos':
      return tags && post({ 'x-cos-forbid-overwrite': 'true' }, textBody(partsXml(tags), octets));
    case 'oss':
      // protocol: OSS lists the parts itself.
      return post({ 'content-type': octets, 'x-oss-forbid-overwrite': 'true', 'x-oss-complete-all': 'yes' });
    case 'qiniu':
      return (
        tags &&
        ctx.http.send({
          method: 'POST',
          url: remote.uploadUrls[0] ?? '',
          headers: { authorization: `UpToken ${remote.credential ?? ''}` },
          body: {
            json: {
              mimeType: remote.mimeType ?? octets,
              parts: tags.map((etag, n) => ({ etag, partNumber: n + 1 })),
            },
          },
        })
      );
    case 'own':
    case 'remote':
    case 'upyun':
    case 'onedrive':
    case undefined:
      return undefined;
  }
};

/** Stores that complete an object only when they are told to. */
const completing = new Set(['s3', 'ks3', 'cos', 'oss', 'obs', 'qiniu']);
/** Those after which the client tells the site. protocol: GET, and POST for OneDrive; no token is needed. */
const calling = new Map<string, 'GET' | 'POST'>([
  ['s3', 'GET'],
  ['ks3', 'GET'],
  ['cos', 'GET'],
  ['onedrive', 'POST'],
]);

/**
 * Whether the site has, or comes to have, the file of an object that its store tells it of. The store's word may still be on
 * its way, or have come to an end later than the store waited for: a file that is there is not sent anew.
 */
const toldByStore = async (remote: CloudreveRemote, ctx: Ctx, untold: Outcome<never>): Promise<Outcome<'whole'>> => {
  const file = await settled(remote, ctx);
  if (file.ok) return ok('whole');
  return file.failure.behaviour === 'restart' ? untold : file;
};

/**
 * The object whole in its store. protocol: again after a lost answer gives 404 or 200: `unknown`, the site then tells more.
 */
const completeObject = async (
  remote: CloudreveRemote,
  progress: Progress,
  ctx: Ctx,
): Promise<Outcome<'whole' | 'unknown'>> => {
  const { name: server } = ctx.server;
  const store = storeOf(remote.policy) ?? '';
  if (!completing.has(store) || remote.completed === true) return ok('whole');
  const asked = ask(remote, progress, ctx);
  if (asked === undefined) return fail('restart', problem('session-gone', { server }));
  const answer = await asked;
  if (!answer.ok) return answer;
  const error = errorOf(answer.value);
  if (succeeded(answer.value) && error === '' && !answer.value.html) return ok('whole');
  const refused = storeRefusal(answer.value, server, remote.chunkSize);
  const unmade = notStored(server, asSaid(storeWords(answer.value)));
  const unknown = isUnknown(answer.value, error);
  if (unknown || wasDone.has(error)) {
    if (calling.has(store)) return ok(unknown ? 'unknown' : 'whole');
    return toldByStore(remote, ctx, fail('restart', problem('session-gone', { server })));
  }
  // protocol: 203 and 579 say that the object is there and the site refused it, or was slower than the store is patient.
  if (answer.value.status === 203 || answer.value.status === 579) return toldByStore(remote, ctx, unmade);
  return unmakeable.has(error) ? unmade : refused;
};

/** Tells the site that the object is whole. protocol: "callback", a row each. */
export const tellSite = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<void>> => {
  const { name: server } = ctx.server;
  const store = storeOf(remote.policy) ?? '';
  const method = calling.get(store);
  if (method === undefined) return ok(undefined);
  const path = `/callback/${store}/${encodeURIComponent(remote.session)}/${encodeURIComponent(remote.callbackSecret)}`;
  const asked = await call(ctx, { method, path, open: true });
  if (!asked.ok) return asked;
  const said = asked.value;
  if (said.code === codes.done) return ok(undefined);
  const words = wordsOf(said);
  const lost: readonly number[] = [codes.sessionGone, codes.locked, codes.tokenRefused, codes.pathMissing];
  if (!lost.includes(said.code)) {
    // protocol: -1: not whole in the store yet, or the store is out of reach; the session lives.
    if (said.code === codes.unset)
      return failed({ behaviour: 'retry', problem: problem('server-failed', { server, status: said.code, words }) });
    return refusal(said, { server, name: remote.name });
  }
  const stands = await standingOf(remote, ctx);
  if (!stands.ok) return stands;
  return stands.value === 'done' ? ok(undefined) : fail('restart', problem('session-gone', { server }));
};

/** protocol: -1: the site sees no such object in the store. */
export const seesNone = ({ problem: why }: Failure): boolean =>
  why.code === 'server-failed' && why.params.status === codes.unset;

/** Times that a site is asked for an object whose upload its store does not know any more. */
const unsureMost = 8;

/** Asks the site for an object that its store may never have made: what was swept there would be waited for in vain. */
const tellUnsure = async (
  remote: CloudreveRemote,
  ctx: Ctx,
  remember: (remote: CloudreveRemote) => void,
): Promise<Outcome<CloudreveRemote>> => {
  const told = await tellSite(remote, ctx);
  if (told.ok) return ok({ ...remote, completed: true });
  if (!seesNone(told.failure)) return told;
  const unsure = (remote.unsure ?? 0) + 1;
  if (unsure >= unsureMost) return fail('restart', problem('session-gone', { server: ctx.server.name }));
  remember({ ...remote, unsure });
  return told;
};

/** All that the policy wants after the last chunk. May be called again after a break. */
export const complete = async (
  remote: CloudreveRemote,
  progress: Progress,
  ctx: Ctx,
  remember: (remote: CloudreveRemote) => void,
): Promise<Outcome<CloudreveRemote>> => {
  const whole = await completeObject(remote, progress, ctx);
  if (!whole.ok) return whole;
  if (whole.value === 'unknown') return tellUnsure(remote, ctx, remember);
  const completed = { ...remote, completed: true };
  if (remote.completed !== true) remember(completed);
  const told = await tellSite(completed, ctx);
  return told.ok ? ok(completed) : told;
};
