import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { Refusal, refuse } from './answer.ts';
import { type Call, readJson } from './call.ts';
import { isSince } from './config.ts';
import type { SessionGrant } from '../cloudreve-stores/store.ts';
import { type Cipher, type EntityRow, type FileRow, SESSION_MARK } from './files.ts';
import { addFile, discard, makeFolders } from './folders.ts';
import { decodeId } from './ids.ts';
import { checkFileName, checkUploadName } from './naming.ts';
import { ownPlace } from './places.ts';
import { chunkSizeOf, describePolicy, policyId, takesBytes } from './policy.ts';
import { type UploadSession, keepSession } from './session.ts';
import { type Site, type User, quotaOf } from './site.ts';
import { encodeSegment } from './uri.ts';

const FIELDS = {
  uri: { type: 'text', name: 'Uri', required: true },
  size: { type: 'whole', name: 'Size', least: 0 },
  last_modified: { type: 'whole' },
  mime_type: { type: 'text' },
  policy_id: { type: 'text' },
  entity_type: { type: 'text', oneOf: ['', 'version', 'live_photo'] },
  metadata: { type: 'map', name: 'Metadata', most: 256 },
  encryption_supported: { type: 'texts' },
  previous: { type: 'text' },
} as const;

type Asked = Awaited<ReturnType<typeof readAsked>>;
const readAsked = (call: Call) => readJson(call, FIELDS);

const COLOUR = /^(#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|(rgb|hsl)a?\([\d\s,.%]+\))?$/i;
/** Kinds of metadata that a client may set, and what their entries must be. */
const METADATA: Readonly<Record<string, (key: string, value: string) => boolean>> = {
  tag: (key, value) => key !== 'tag:' && COLOUR.test(value),
  customize: (key, value) =>
    (key !== 'customize:icon_color' || COLOUR.test(value)) &&
    (key !== 'customize:emoji' || /^\p{Extended_Pictographic}/u.test(value)),
  props: (key) => ['props:description', 'props:rating'].includes(key),
  dav: () => true,
  thumb: () => true,
  sys: () => false,
};
/** Policies whose bodies carry the type of the content. */
const TELL_TYPE = ['upyun', 'qiniu'];

/** Makes an upload session: the placeholder, the space and the lock are taken here. */
export async function createSession(call: Call): Promise<unknown> {
  const { site } = call;
  const asked = await readAsked(call);
  const { root, uri, owner } = ownPlace(call, asked.uri);
  checkPolicyId(site, asked.policy_id);
  checkMetadata(asked.metadata);
  const { at, left } = site.files.walk(root, uri.segments);
  const existing = left.length === 0 ? at : undefined;
  checkTarget(site, owner, uri.segments, at, existing, asked);
  const stale = existing ? staleEntities(site, existing) : [];
  checkNames(site, left);
  checkRoom(site, owner, asked.size, stale);

  const until = site.now() + site.settings.sessionTtl;
  const lock = site.locks.acquire(owner.id, uri.segments, until);
  const id = randomUUID();
  const secret = randomBytes(16).toString('hex');
  const key = `uploads/${owner.id}/${randomBytes(4).toString('hex')}_${encodeSegment(uri.segments.at(-1) ?? '')}`;
  let grant: SessionGrant | undefined;
  try {
    grant = await openStore(site, { id, key, asked, until, secret });
  } catch {
    site.locks.release(lock);
    throw refuse.nothing();
  }
  // the store was asked meanwhile: what is true of the place may have changed
  const again = site.files.walk(root, uri.segments);
  for (const entity of stale) site.files.removeEntity(entity);
  discard(site, stale);
  const file = markFile(site, owner, again, id);
  const cipher = makeCipher(site, asked.encryption_supported);
  const isLocal = site.settings.policy.type === 'local';
  const entity = site.files.addEntity({
    file: file.id,
    size: asked.size,
    type: asked.entity_type === 'live_photo' ? 2 : 0,
    createdBy: owner.id,
    createdAt: site.now(),
    session: id,
    source: isLocal ? id : key,
    ...(cipher && { cipher }),
  });
  if (isLocal) allocate(site, entity);
  const session: UploadSession = {
    id,
    user: owner.id,
    file: file.id,
    segments: uri.segments,
    entity: entity.id,
    size: asked.size,
    chunkSize: chunkSizeOf(site.settings),
    until,
    lock,
    secret,
    lastModified: asked.last_modified,
    kind: asked.entity_type as UploadSession['kind'],
    metadata: asked.metadata,
    mimeType: asked.mime_type,
    source: entity.source,
    direct: !takesBytes(site.settings),
    ...(cipher && { cipher }),
    received: {},
  };
  keepSession(site, session);
  site.log.noteSite('created');
  return describeSession(site, session, uri.text, grant);
}

function describeSession(site: Site, session: UploadSession, uri: string, grant: SessionGrant | undefined): unknown {
  const { id, chunkSize, until, secret, cipher, mimeType } = session;
  const tellsType = session.direct && TELL_TYPE.includes(site.settings.policy.type);
  return {
    session_id: id,
    upload_id: grant?.uploadId ?? '',
    chunk_size: chunkSize,
    expires: Math.floor(until / 1000),
    ...(grant && grant.uploadUrls.length > 0 && { upload_urls: grant.uploadUrls }),
    ...(grant?.credential !== undefined && { credential: grant.credential }),
    ...(grant?.completeUrl !== undefined && { completeURL: grant.completeUrl }),
    storage_policy: describePolicy(site.settings),
    uri,
    callback_secret: secret,
    ...(tellsType && { mime_type: mimeType }),
    ...(grant?.uploadPolicy !== undefined && { upload_policy: grant.uploadPolicy }),
    ...(cipher && {
      encrypt_metadata: { algorithm: 'aes-256-ctr', key: null, key_plain_text: cipher.key, iv: cipher.iv },
    }),
  };
}

function checkPolicyId({ settings }: Site, id: string): void {
  if (id === '' && isSince(settings.version, 4, 11)) return;
  if (id !== policyId()) throw new Refusal(40001, 'unknown policy id');
}

function checkMetadata(metadata: Asked['metadata']): void {
  for (const [key, value] of Object.entries(metadata)) {
    const fits = key.includes(':') ? METADATA[key.slice(0, key.indexOf(':'))] : undefined;
    if (!fits) throw new Refusal(40001, 'Invalid metadata key');
    if (!fits(key, value)) throw new Refusal(40001, 'Invalid metadata patch');
  }
}

/** Whether the place can be taken: nothing is there, or an overwrite was asked and nobody else is at it. */
function checkTarget(
  site: Site,
  owner: User,
  segments: readonly string[],
  at: FileRow,
  existing: FileRow | undefined,
  { entity_type: kind, previous }: Asked,
): void {
  if (existing && (kind === '' || existing.type === 1)) throw refuse.existed();
  if (!existing && kind === 'live_photo') throw refuse.noPath();
  site.locks.check(owner.id, segments);
  if (!existing && at.type === 0) throw refuse.unsupported();
  if (!existing || previous === '' || !isSince(site.settings.version, 4, 11)) return;
  const entity = decodeId(previous, 'entity');
  if (entity === undefined) throw new Refusal(40001, 'Unknown version ID');
  if (entity !== existing.primary) throw new Refusal(40076, 'File is updated during your edit');
}

/** What an upload left that nobody goes on with: it goes when the name is taken over. */
const staleEntities = (site: Site, file: FileRow): readonly EntityRow[] =>
  site.files.entitiesOf(file.id).filter(({ session }) => session !== '');

function checkNames(site: Site, left: readonly string[]): void {
  for (const name of left.slice(0, -1)) checkUploadName(site, name);
  const name = left.at(-1);
  if (name !== undefined) checkFileName(site, name);
}

function checkRoom(site: Site, owner: User, size: number, stale: readonly EntityRow[]): void {
  const { maxSize } = site.settings.policy;
  if (maxSize > 0 && size > maxSize) throw new Refusal(40049, 'File is too large');
  const freed = stale.reduce((sum, entity) => sum + entity.size, 0);
  if (site.files.used(owner.id) - freed + size > quotaOf(site, owner))
    throw new Refusal(40051, 'Insufficient capacity');
}

interface Opening {
  readonly id: string;
  readonly key: string;
  readonly asked: Asked;
  readonly until: number;
  readonly secret: string;
}

async function openStore(site: Site, { id, key, asked, until, secret }: Opening): Promise<SessionGrant | undefined> {
  const { policy } = site.settings;
  if (takesBytes(site.settings)) return undefined;
  return site.store.open({
    session: id,
    key,
    size: asked.size,
    chunkSize: chunkSizeOf(site.settings),
    expires: until,
    mimeType: asked.mime_type,
    callback: `${site.url}/api/v4/callback/${policy.type}/${id}/${secret}`,
    preallocate: policy.preAllocate,
  });
}

/** The file that the session is for: the one that is there, or a new one of no size. */
function markFile(
  site: Site,
  owner: User,
  { at, left }: { readonly at: FileRow; readonly left: readonly string[] },
  id: string,
): FileRow {
  const name = left.at(-1);
  const file = name === undefined ? at : addFile(site, owner, makeFolders(site, owner, at, left.slice(0, -1)), name, 0);
  return site.files.put({ ...file, metadata: { ...file.metadata, [SESSION_MARK]: id } });
}

function makeCipher({ settings }: Site, supported: readonly string[]): Cipher | undefined {
  if (!settings.policy.encryption || supported[0] !== 'aes-256-ctr') return undefined;
  return { key: randomBytes(32).toString('base64'), iv: randomBytes(16).toString('base64') };
}

function allocate(site: Site, { source, size }: EntityRow): void {
  const file = openSync(site.pathOf(source), 'w');
  if (site.settings.policy.preAllocate) ftruncateSync(file, size);
  closeSync(file);
}
