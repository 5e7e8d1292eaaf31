import { randomUUID } from 'node:crypto';
import { Raw, Refusal, refuse } from './answer.ts';
import { type Call, needUser, siteUrl } from './call.ts';
import { capabilityOf, describeBinned, describeExtended, describeFile } from './describe.ts';
import type { FileRow } from './files.ts';
import { readNumber } from './fields.ts';
import { decodeId } from './ids.ts';
import { type Place, find, readPlace } from './places.ts';
import { describePolicy } from './policy.ts';
import { rootOf } from './site.ts';
import { UNSET_TIME } from './times.ts';
import { parseUri } from './uri.ts';

const ORDERS = ['name', 'size', 'updated_at', 'created_at'];
const DEFAULT_PAGE = 100;
const DIRECTIONS = ['asc', 'desc'];

interface Page {
  readonly items: readonly FileRow[];
  readonly pagination: Readonly<Record<string, unknown>>;
}

export function list(call: Call): unknown {
  const text = call.query.get('uri') ?? '';
  if (!text) throw refuse.invalid('Uri cannot be empty');
  const uri = parseUri(text);
  if (uri.space === 'trash') return listBin(call);
  const place = readPlace(call, text);
  const search = [...(uri.search ?? [])];
  if (search.length > 0) return listFound(call, place, search);
  if (place.share && place.root.type === 0) return listShared(call, place);
  const folder = find(call, place);
  if (folder.type === 0) throw refuse.noPath();
  const page = cut(call, sorted(call, call.site.files.children(folder.id)));
  return {
    files: page.items.map((file) => describeFile(call, file, place)),
    parent: describeFile(call, folder, place, false),
    pagination: page.pagination,
    props: props(call, capabilityOf(place)),
    context_hint: randomUUID(),
    mixed_type: false,
    storage_policy: describePolicy(call.site.settings),
    view: { ...view(call), view: 'grid', thumbnail: true },
  };
}

function listShared(call: Call, place: Place): unknown {
  const name = call.site.files.get(place.root.parent)?.name ?? '';
  const parent = { ...place.root, type: 1 as const, name, size: 0, metadata: {} };
  const described = describeFile(call, parent, place, false);
  return {
    files: [describeFile(call, place.root, place)],
    parent: { ...described, path: String(described['path']).replace(/[^/]*$/, '') },
    pagination: { page: 0, page_size: 0 },
    props: props(call, capabilityOf(place)),
    context_hint: randomUUID(),
    mixed_type: false,
    single_file_view: true,
    storage_policy: describePolicy(call.site.settings),
  };
}

function listBin(call: Call): unknown {
  const user = needUser(call);
  const page = cut(
    call,
    sorted(
      call,
      call.site.files.all().filter((file) => file.inBin && file.owner === user.id),
    ),
  );
  const columns = [{ type: 0 }, { type: 2 }, { type: 8 }, { type: 7 }];
  const times = { created_at: UNSET_TIME, updated_at: UNSET_TIME };
  return {
    files: page.items.map((file) => describeBinned(call.site, file)),
    parent: { type: 0, id: '', name: '', ...times, size: 0, metadata: null },
    pagination: page.pagination,
    props: props(call, 'AMIK'),
    context_hint: randomUUID(),
    mixed_type: false,
    view: { ...view(call), view: 'list', columns },
  };
}

/** Searches below a folder, by metadata and by name. The pages of a search have tokens of their own. */
function listFound(call: Call, place: Place, search: readonly (readonly [string, string])[]): unknown {
  const { site } = call;
  const folder = find(call, place);
  const found = [...site.files.below(folder.id)].filter((file) => search.every((term) => matches(file, term)));
  found.sort((a, b) => a.id - b.id);
  const start = parseInt(call.query.get('next_page_token') ?? '0');
  if (Number.isNaN(start)) throw refuse.nothing();
  const end = start + pageSize(call);
  const files = found.slice(start, end).map((file) => describeFile(call, file, place));
  const answer = {
    files,
    parent: describeFile(call, folder, place, false),
    pagination: { page: 0, page_size: 0, ...(end < found.length && { next_token: `${end}|` }), is_cursor: true },
    props: { ...props(call, capabilityOf(place)), order_by_options: null, order_direction_options: null },
    context_hint: randomUUID(),
    mixed_type: true,
    storage_policy: describePolicy(site.settings),
    view: { ...view(call), view: 'grid', thumbnail: true },
  };
  if (!site.settings.sse) return answer;
  const event = (name: string, data: unknown): string => `event:${name}\ndata:${JSON.stringify(data)}\n\n`;
  const body = event('file', files) + event('list', { ...answer, files: [] });
  return new Raw(200, { 'content-type': 'text/event-stream' }, body);
}

function matches(file: FileRow, [key, value]: readonly [string, string]): boolean {
  if (key.startsWith('meta_')) {
    const known = file.metadata[key.slice('meta_'.length)];
    return known !== undefined && (value === '' || known === value);
  }
  if (key === 'name') return file.name.toLowerCase().includes(value.toLowerCase());
  return true;
}

type Order = (a: FileRow, b: FileRow) => number;

/** As the list is ordered but for folders and files; ties go by age. */
function orderOf({ query }: Call): Order {
  const sign = query.get('order_direction') === 'desc' ? -1 : 1;
  const by = query.get('order_by') ?? '';
  const value = (file: FileRow): number | string => {
    if (by === 'name') return file.name;
    if (by === 'size') return file.type === 1 ? 0 : file.size;
    if (by === 'updated_at') return file.updatedAt;
    return by === 'created_at' ? file.createdAt : 0;
  };
  return (a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one !== other) return one < other ? -sign : sign;
    return (a.id - b.id) * sign;
  };
}

/** Folders come first, always. */
function sorted(call: Call, files: readonly FileRow[]): readonly FileRow[] {
  const order = orderOf(call);
  return [...files].sort((a, b) => b.type - a.type || order(a, b));
}

function pageSize({ query, site }: Call): number {
  const { maxPageSize } = site.settings;
  const asked = Number(query.get('page_size') ?? 0);
  if (!Number.isInteger(asked)) throw refuse.invalid('Parameter error');
  return Math.min(asked < 1 ? DEFAULT_PAGE : asked, maxPageSize);
}

/**
 * A page: the token names the last file of the one before, and where it stood in case it is gone. Where a page ends with
 * the last folder the next one begins, as there, with the files that come behind that folder in order: others are lost.
 */
function cut(call: Call, files: readonly FileRow[]): Page {
  const size = pageSize(call);
  const page = readNumber(call.query.get('page'), { name: 'Page', least: 0 });
  if (!call.site.settings.cursors) {
    const items = files.slice(page * size, (page + 1) * size);
    return { items, pagination: { page, page_size: size, total_items: files.length } };
  }
  const token = call.query.get('next_page_token');
  const start = token ? afterToken(token, files, orderOf(call)) : 0;
  const items = files.slice(start, start + size);
  const last = items.at(-1);
  const hasMore = last && start + size < files.length;
  const next = hasMore && Buffer.from(JSON.stringify([last.id, start + size])).toString('base64');
  return { items, pagination: { page: 0, page_size: size, ...(next && { next_token: next }), is_cursor: true } };
}

function afterToken(token: string, files: readonly FileRow[], order: Order): number {
  try {
    const [id, position] = JSON.parse(Buffer.from(token, 'base64').toString()) as [number, number];
    const at = files.findIndex((file) => file.id === id);
    const folder = files[at];
    if (folder?.type !== 1 || files[at + 1]?.type !== 0) return at < 0 ? position : at + 1;
    const behind = files.findIndex((file) => file.type === 0 && order(file, folder) > 0);
    return behind < 0 ? files.length : behind;
  } catch {
    throw refuse.nothing();
  }
}

const props = ({ site }: Call, capability: string): Readonly<Record<string, unknown>> => ({
  capability,
  max_page_size: site.settings.maxPageSize,
  order_by_options: ORDERS,
  order_direction_options: DIRECTIONS,
});

function view(call: Call): Readonly<Record<string, unknown>> {
  const order = call.query.get('order_by');
  const direction = call.query.get('order_direction');
  return { page_size: pageSize(call), ...(order && { order }), ...(direction && { order_direction: direction }) };
}

/** One file or folder, by its address or its id. */
export function info(call: Call): unknown {
  const { query, site } = call;
  const [text, id] = [query.get('uri'), query.get('id')];
  if (!text && !id) throw new Refusal(40001, 'uri is required');
  const { file, place } = text ? lookAt(call, text) : byId(call, id ?? '');
  const summary = { size: 0, files: 0, folders: 0, completed: true, calculated_at: site.time(site.now()) };
  return {
    ...describeFile(call, file, place),
    ...(query.get('extended') === 'true' && { extended_info: describeExtended(call, file, siteUrl(call)) }),
    ...(query.get('folder_summary') === 'true' && file.type === 1 && { folder_summary: sumUp(call, file, summary) }),
  };
}

function lookAt(call: Call, text: string): { readonly file: FileRow; readonly place: Place } {
  const place = readPlace(call, text);
  if (place.uri.segments.length === 0) throw refuse.unsupported();
  return { file: find(call, place), place };
}

function byId(call: Call, id: string): { readonly file: FileRow; readonly place: Place } {
  const user = needUser(call);
  const number = decodeId(id, 'file');
  if (number === undefined) throw new Refusal(40001, 'unknown file id');
  const file = call.site.files.get(number);
  if (file?.owner !== user.id) throw refuse.noPath();
  return { file, place: { uri: parseUri('cloudreve://my'), root: rootOf(call.site, user) } };
}

function sumUp({ site }: Call, folder: FileRow, blank: Readonly<Record<string, unknown>>): unknown {
  const below = site.files.below(folder.id);
  const files = below.filter(({ type }) => type === 0);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { ...blank, size, files: files.length, folders: below.length - files.length };
}
