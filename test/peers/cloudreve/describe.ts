import type { Call } from './call.ts';
import type { FileRow } from './files.ts';
import { encodeId } from './ids.ts';
import type { Place } from './places.ts';
import { describePolicy } from './policy.ts';
import type { ShareRow, Site } from './site.ts';
import { encodeSegment, formatUri, showName } from './uri.ts';

const OWN = 'w8edAQ==';
const SHARED = 'gIaYAQ==';
const BINNED = 'AMIK';

export const capabilityOf = ({ share }: Pick<Place, 'share'>): string => (share ? SHARED : OWN);

/** The space that a place is told in. */
export function spaceOf({ uri, share }: Place): string {
  if (!share) return 'my';
  return `${encodeId(share.id, 'share')}${uri.password && `:${uri.password}`}@share`;
}

function pathOf(site: Site, file: FileRow, place: Place): string {
  const { root, share } = place;
  if (share && root.type === 0) return formatUri(spaceOf(place), [file.name]);
  const segments = site.files.segmentsOf(file).slice(site.files.segmentsOf(root).length);
  return formatUri(spaceOf(place), segments);
}

/** A file as clients are told of it. Only a list and a look at one file know its metadata. */
export function describeFile(
  { site }: Pick<Call, 'site'>,
  file: FileRow,
  place: Place,
  withMetadata = true,
): Readonly<Record<string, unknown>> {
  return {
    ...describeRow(site, file),
    metadata: withMetadata ? file.metadata : null,
    path: pathOf(site, file, place),
    capability: capabilityOf(place),
    ...(!place.share && { owned: true, ...(sharesOf(site, file).length > 0 && { shared: true }) }),
  };
}

/** What is told of a file wherever it lies. */
function describeRow(site: Site, row: FileRow): Readonly<Record<string, unknown>> {
  const { id, type, name, createdAt, updatedAt, size, primary } = row;
  return {
    type,
    id: encodeId(id, 'file'),
    name: showName(name),
    created_at: site.time(createdAt),
    updated_at: site.time(updatedAt),
    size,
    primary_entity: encodeId(primary, 'entity'),
  };
}

const sharesOf = ({ shares }: Site, { id }: FileRow): readonly ShareRow[] =>
  shares.all().filter((share) => share.file === id);

export function describeBinned(site: Site, file: FileRow): Readonly<Record<string, unknown>> {
  return {
    ...describeRow(site, file),
    metadata: file.metadata,
    path: formatUri('trash', [encodeId(file.id, 'file')]),
    capability: BINNED,
    owned: true,
  };
}

/** What is told of a file beyond that: its bytes, and who may reach them. */
export function describeExtended(
  { site }: Pick<Call, 'site'>,
  file: FileRow,
  baseUrl: string,
): Readonly<Record<string, unknown>> {
  const policy = describePolicy(site.settings);
  const entities = site.files.entitiesOf(file.id);
  const links = site.links.all().filter((link) => link.file === file.id);
  return {
    ...(file.type === 0 && { storage_policy: policy }),
    storage_used: entities.reduce((sum, { size }) => sum + size, 0),
    ...(entities.length > 0 && {
      entities: entities.map(({ id, size, type, createdAt, createdBy, cipher }) => ({
        id: encodeId(id, 'entity'),
        size,
        type,
        created_at: site.time(createdAt),
        storage_policy: policy,
        created_by: describePerson(site, createdBy),
        ...(cipher && { encrypted_with: 'aes-256-ctr' }),
      })),
    }),
    ...(links.length > 0 && {
      direct_links: links.map(({ id, name, downloaded, createdAt }) => ({
        id: encodeId(id, 'link'),
        url: `${baseUrl}/f/${encodeId(id, 'link')}/${encodeSegment(name)}`,
        downloaded,
        created_at: site.time(createdAt),
      })),
    }),
  };
}

function describePerson(site: Site, id: number): Readonly<Record<string, unknown>> | undefined {
  const user = site.users.get(id);
  const { nickname, createdAt } = user ?? { nickname: '', createdAt: 0 };
  return user && { id: encodeId(id, 'user'), nickname, created_at: site.time(createdAt) };
}
