import type { Reply } from '../cloudreve-stores/http.ts';
import { badInclude, type Call, fileData, invalid, json, refuse, unauthorized } from './call.ts';
import { limitOf, pageOf } from './page.ts';
import { search } from './search.ts';
import type { Site } from './site.ts';
import type { FileRow } from './store.ts';
import { checkFields } from './validate.ts';

/** protocol: the largest `limit` of a list of files. */
const MOST = 100;

/** A file as an answer shows it: with its uploads only where they are asked for. */
const shown = ({ store }: Site, { query }: Call, row: FileRow): object =>
  fileData(row, (query.get('include') ?? '').split(',').includes('uploads') ? store.uploads(row) : undefined);

/** `POST /api/files`. protocol: a name is unique over all users and all states, in its exact case. */
export function create(site: Site, call: Call): Reply {
  if (call.user === undefined) return unauthorized(call);
  const checked = checkFields(call.body, { isSeed: site.isSeed, isChange: false, isTaken: isTaken(site) });
  if ('errors' in checked) return invalid(checked.errors);
  const { name = '', create_datetime = '', checksum = null, chunks } = checked.fields;
  const row = site.store.create({ user: call.user, name, create_datetime, checksum, chunks: Number(chunks) });
  site.journal.write('creates', row.id);
  return json(201, { data: shown(site, call, row) });
}

const isTaken =
  ({ store }: Site) =>
  (name: string): boolean =>
    store.rows().some((row) => row.name === name);

export const list = (site: Site, call: Call): Reply => listed(site, call, (rows) => ({ rows }));
export const find = (site: Site, call: Call): Reply => listed(site, call, (rows) => search(rows, call.body['filters']));

/** protocol: whoever asks sees only their own files. */
function listed(site: Site, call: Call, choose: (rows: readonly FileRow[]) => ReturnType<typeof search>): Reply {
  const { user, query, path, headers } = call;
  if (user === undefined) return unauthorized(call);
  const refusal = badInclude(call, ['uploads']);
  if (refusal) return refusal;
  const limit = limitOf(query);
  if (limit > MOST) return refuse(call, 422, `Pagination limit of ${MOST} is exceeded. Current: ${limit}`);
  const chosen = choose(site.store.rows().filter((row) => row.user === user));
  if (!('rows' in chosen)) return chosen;
  const page = pageOf(chosen.rows, query, `http://${headers.host ?? ''}${path}`);
  return json(200, { ...page, data: page.data.map((row) => shown(site, call, row)) });
}

export const show = (site: Site, call: Call, row: FileRow): Reply => json(200, { data: shown(site, call, row) });

/** `PATCH /api/files/{id}`, which only the newer version has. protocol: a checksum starts the merge again. */
export function change(site: Site, call: Call, row: FileRow): Reply {
  const checked = checkFields(call.body, { isSeed: site.isSeed, isChange: true, isTaken: isTaken(site) });
  if ('errors' in checked) return invalid(checked.errors);
  if (row.status === 'completed') return refuse(call, 400, 'Cannot update completed file');
  const changed = Object.keys(checked.fields).length ? site.store.change(row, checked.fields) : row;
  const hasChecksum = typeof checked.fields.checksum === 'string';
  return json(200, { data: shown(site, call, hasChecksum ? site.merges.queue(changed) : changed) });
}

/** protocol: the answer is what the file was. */
export function remove(site: Site, call: Call, row: FileRow): Reply {
  const data = shown(site, call, row);
  site.store.remove(row);
  site.journal.write('deletes', row.id);
  return json(200, { data });
}
