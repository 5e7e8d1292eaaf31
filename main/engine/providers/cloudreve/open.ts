/** Opening an upload: a session under a name that is free, or is taken as the person wished. */
import { setTimeout as sleep } from 'node:timers/promises';
import { safeLink } from '../../../../preload/bounds.ts';
import { type Problem, problem } from '../../../../preload/problems.ts';
import { reasonWith, type Reason } from '../../../../preload/problems/reasons.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Job, Opened, ProviderContext } from '../provider.ts';
import { tooManyChunks } from '../chunk-limit.ts';
import { afterHeld, afterTaken, type Claim } from './taken-name.ts';
import { serverNow } from '../server-clock.ts';
import { codes, isHeld, refusal } from './codes.ts';
import { create, type Created, createdSchema, keyIn } from './create.ts';
import { dropKey, keepKey } from './crypt.ts';
import { notThisServer } from './envelope.ts';
import { freeSession } from './free.ts';
import { freeOwnLock } from './lock.ts';
import { current, policyOf } from './site.ts';
import { numbered } from './name.ts';
import { chosen, pathFor } from './options.ts';
import { type StoreType, storeOf } from './policy.ts';
import type { CloudreveRemote, CloudreveSettings, Policy } from './state.ts';
import { folderOf, uriOf } from './uri.ts';
import { rules } from './version.ts';

type Ctx = ProviderContext<CloudreveSettings>;

/** The highest number that is tried behind a name. Names of our own other uploads are skipped without a request. */
const numbersMost = 100_000;
/** Steps that one opening may take: names to try, placeholders to take over. */
const stepsMost = 100;

/** Tries after a lock that is somebody else's, and ms between them. */
const lockTriesMost = 2;
const lockPauseMs = 400;

/** The policy to name. protocol: required before 4.11, as the folder's listing tells it. */
const policyIdFor = async (
  path: string,
  wanted: string | undefined,
  settings: CloudreveSettings,
  ctx: Ctx,
): Promise<Outcome<string | undefined>> => {
  if (wanted !== undefined || rules.policyIdOptional(settings.version)) return ok(wanted);
  const folder = await policyOf(folderOf(path), ctx);
  return folder.ok ? ok(folder.value?.policy?.id ?? settings.policy?.id) : folder;
};

const partsMost = 10_000;
const partLeast = 5 * 1024 * 1024;
/** protocol: an S3 session of more is born unusable. ms. */
const presignedMost = 604_800_000;

/** protocol: how long a session lives where its site has no other setting, ms. */
const usualLifeMs = 86_400_000;

/** Stores after which the client tells the site, by the session's secret. */
const told: ReadonlySet<string> = new Set<StoreType>(['s3', 'ks3', 'cos', 'onedrive']);

/** A session with what it is sent by: read from its answer, or known by other means. */
type Plan = { readonly session: Created; readonly policy: Policy; readonly expires: number };

/** Why nothing could be sent by a session, found before anything is. */
const unusable = ({ session, policy, expires }: Plan, job: Job, server: string, now: number): Problem | undefined => {
  const { name, type } = policy;
  const store = storeOf(policy);
  const no = (why: Reason): Problem => problem('policy-unusable', { server, policy: name, why });
  const urls = session.upload_urls?.length ?? 0;
  const size = session.chunk_size;
  if (size === undefined && policy.relay !== true && store !== 'upyun') return no('no-chunk-size');
  const chunkSize = size ?? 0;
  const chunks = chunkSize > 0 ? Math.max(1, Math.ceil(job.size / chunkSize)) : 1;
  const many = tooManyChunks(job, chunkSize, server);
  if (many !== undefined && policy.relay !== true) return many;
  if (told.has(store ?? '') && session.callback_secret === undefined) return no('no-finish-secret');
  switch (store) {
    case undefined:
      return no(reasonWith('policy-kind', type));
    case 'own':
      return undefined;
    case 's3':
    case 'ks3':
    case 'cos':
    case 'oss':
    case 'obs':
      if (chunks > partsMost) return problem('parts-too-many', { server, parts: chunks, limit: partsMost });
      if (chunks > 1 && chunkSize < partLeast && (store === 's3' || store === 'ks3'))
        return problem('part-too-small', { server, chunk: chunkSize, limit: partLeast });
      if (urls !== chunks) return no(reasonWith('addresses-of-parts', urls, chunks));
      if (session.completeURL === undefined) return no('no-finish-address');
      if (expires - now > presignedMost + 60_000 && (store === 's3' || store === 'ks3')) return no('sessions-long');
      return undefined;
    case 'onedrive':
      if (job.size === 0) return problem('file-empty', { path: job.name, server });
      return urls === 1 ? undefined : no('no-address');
    case 'remote':
    case 'qiniu':
    case 'upyun':
      if (session.credential === undefined) return no('no-credential');
      return urls === 1 ? undefined : no('no-address');
  }
};

type Spot = {
  readonly path: string;
  readonly name: string;
  readonly over: Extract<Claim, { readonly next: 'over' }> | undefined;
};

/** What is kept of a session, its key put away. Fails where it cannot be used, and is freed then. */
const accept = async (
  session: Created,
  job: Job,
  { path, name, over }: Spot,
  settings: CloudreveSettings,
  ctx: Ctx,
): Promise<Outcome<CloudreveRemote>> => {
  const { name: server } = ctx.server;
  const uri = uriOf(path);
  const key = keyIn(session);
  // protocol: it is revealed once, so that it is safe before anything else is done with the answer.
  if (typeof key === 'object') await keepKey(session.session_id, key.key, ctx);
  const created = serverNow(ctx);
  const policy = session.storage_policy ?? settings.policy;
  const expires = session.expires === undefined ? created + usualLifeMs : session.expires * 1000;
  const because = (why: Reason): Problem => problem('policy-unusable', { server, policy: policy?.name ?? '', why });
  const addresses = [...(session.upload_urls ?? []), ...(session.completeURL ? [session.completeURL] : [])];
  const areLinks = addresses.every((url) => safeLink(url) !== undefined);
  const why =
    policy === undefined
      ? because('no-target')
      : (unusable({ session, policy, expires }, job, server, created) ??
        (areLinks ? undefined : because('address-invalid')) ??
        (key === 'unreadable' ? because('key-unreadable') : undefined));
  if (why !== undefined || policy === undefined) {
    const freed = await freeSession(uri, session.session_id, ctx);
    if (!freed.ok) return freed;
    if (typeof key === 'object') await dropKey({ session: session.session_id, iv: key.iv }, ctx);
    const isFinal = why?.code === 'file-empty' || why?.code === 'chunks-too-many';
    return fail(isFinal ? 'fatal' : 'attention', why ?? because('no-target'));
  }
  return ok({
    session: session.session_id,
    uri,
    name,
    size: job.size,
    // protocol: relay forces the whole file into one request, whatever the policy's chunks.
    chunkSize: storeOf(policy) === 'upyun' || policy.relay === true ? 0 : (session.chunk_size ?? 0),
    policy,
    expires,
    created,
    ...(over?.fileCreated === undefined ? {} : { fileCreated: over.fileCreated }),
    uploadUrls: session.upload_urls ?? [],
    ...(session.credential ? { credential: session.credential } : {}),
    ...(session.completeURL ? { completeUrl: session.completeURL } : {}),
    callbackSecret: session.callback_secret ?? '',
    ...(session.upload_policy ? { uploadPolicy: session.upload_policy } : {}),
    ...(session.mime_type ? { mimeType: session.mime_type } : {}),
    ...(over?.previous === undefined || over.hollow ? {} : { previous: over.previous }),
    ...(settings.nothing === undefined ? {} : { nothing: settings.nothing }),
    ...(typeof key === 'object' ? { iv: key.iv } : {}),
    version: settings.version,
  });
};

/**
 * See `Provider.open`. protocol: not idempotent: where the answer is lost a placeholder is left, that holds its name and
 * its room; it is looked for by its session, its size and its time before the name counts as taken.
 */
export const open = async (job: Job, ctx: Ctx): Promise<Outcome<Opened<CloudreveRemote, CloudreveSettings>>> => {
  const { name: server } = ctx.server;
  const read = chosen(job.options.extra);
  if ('refused' in read) return fail('fatal', read.refused);
  const { to, conflict, policy: wanted } = read.value;
  const now = await current(ctx);
  if (!now.ok) return now;
  const { settings, changed } = now.value;
  let spot: Spot = { path: pathFor(to, job.folder, job.name), name: job.name, over: undefined };
  const policyId = await policyIdFor(spot.path, wanted, settings, ctx);
  if (!policyId.ok) return policyId;

  let number = 0;
  let lockTries = 0;
  for (let step = 0; step < stepsMost; step++) {
    const { path, over, name } = spot;
    const uri = uriOf(path);
    const given = over === undefined || over.hollow || over.previous === undefined ? {} : { previous: over.previous };
    const made = await create(
      job,
      { uri, over: over === undefined ? undefined : given, policyId: policyId.value },
      settings.version,
      ctx,
    );
    if (!made.ok) return made;
    const said = made.value;
    if (said.code === codes.done) {
      const session = createdSchema.safeParse(said.data);
      if (!session.success) return notThisServer(server, 'session-no-facts');
      const remote = await accept(session.data, job, spot, settings, ctx);
      if (!remote.ok) return remote;
      const notices = name === job.name ? [] : [problem('name-numbered', { server, name: job.name, used: name })];
      const other = name === job.name ? {} : { name };
      return ok({ remote: remote.value, ...other, notices, ...(changed ? { settings } : {}) });
    }
    const taken = said.code === codes.nameTaken && over === undefined;
    const held = isHeld(said) && over !== undefined;
    // protocol: the content changed between the look and the create: it is looked at again.
    const stale = said.code === codes.staleVersion && over !== undefined;
    if (isHeld(said) && over === undefined) {
      const free = await freeOwnLock(said, uri, name, job.earlier, ctx);
      if (free.ok) continue;
      if (free.failure.behaviour !== 'attention' || lockTries++ >= lockTriesMost) return free;
      // Renaming or moving a folder locks it for a moment only.
      await sleep(lockPauseMs * lockTries, undefined, { signal: ctx.signal });
      continue;
    }
    if (!taken && !held && !stale) return refusal(said, { server, name, size: job.size });
    const claim = held
      ? await afterHeld(uri, job, conflict, ctx)
      : await afterTaken(uri, job, conflict, settings.nothing, ctx);
    if (!claim.ok) return claim;
    if (claim.value.next === 'over') spot = { path, name, over: claim.value };
    else if (claim.value.next === 'again') spot = { path, name, over: undefined };
    else {
      let other: string;
      do other = numbered(job.name, ++number);
      while (number < numbersMost && job.ownAt?.(other) === 'upload');
      spot = { path: pathFor(to, job.folder, other), name: other, over: undefined };
    }
  }
  return fail('attention', problem('name-exists', { server, name: job.name }));
};
