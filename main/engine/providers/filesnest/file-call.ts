/** Reading, finding and deleting files. */
import { z } from 'zod';
import { fail, ok, type Outcome } from '../../outcome.ts';
import { problem } from '../../../../preload/problems.ts';
import type { ProviderContext } from '../provider.ts';
import { serverNow } from '../server-clock.ts';
import { dataOf, isMissing, refusal } from './answers.ts';
import { call } from './call.ts';
import { fileSchema, inOrder, type RemoteFile, type RemoteUpload, uploadsSchema } from './remote-file.ts';
import { chunksMost, type FilesNestRemote, unfinishedMs } from './state.ts';

type Ctx = ProviderContext<unknown>;

export const pathOf = (id: string): string => `/files/${encodeURIComponent(id)}`;

/** A file with its chunks; `undefined`: the server has none of this id. */
export const askFile = async (id: string, ctx: Ctx): Promise<Outcome<RemoteFile | undefined>> => {
  const answer = await call(ctx, { method: 'GET', path: `${pathOf(id)}?include=uploads` });
  if (!answer.ok) return answer;
  const { name: server } = ctx.server;
  if (isMissing(answer.value)) return ok(undefined);
  if (answer.value.status !== 200) return refusal(answer.value, { server });
  return dataOf(answer.value, fileSchema, server);
};

/** Chunks of one page of the list. */
const pageSize = 100;

/** protocol: 15 a page where no limit is named; the links of an answer leave the limit out. */
const listUploads = async (id: string, ctx: Ctx): Promise<Outcome<readonly RemoteUpload[]>> => {
  const { name: server } = ctx.server;
  const found: RemoteUpload[] = [];
  for (let page = 1; page <= chunksMost / pageSize + 1; page++) {
    const path = `${pathOf(id)}/uploads?limit=${pageSize}&page=${page}`;
    const answer = await call(ctx, { method: 'GET', path });
    if (!answer.ok) return answer;
    if (answer.value.status !== 200) return refusal(answer.value, { server });
    const uploads = dataOf(answer.value, uploadsSchema, server);
    if (!uploads.ok) return uploads;
    found.push(...uploads.value);
    if (uploads.value.length === 0 || found.length > chunksMost) break;
  }
  return ok(found);
};

/** The chunks of a file in their order, listed where its answer has none. `undefined`: they are not so many. */
export const uploadsOf = async (
  file: RemoteFile,
  count: number,
  ctx: Ctx,
): Promise<Outcome<readonly RemoteUpload[] | undefined>> => {
  const told = inOrder(file.uploads ?? [], count);
  if (told !== undefined) return ok(told);
  const listed = await listUploads(file.id, ctx);
  return listed.ok ? ok(inOrder(listed.value, count)) : listed;
};

/** The account's own file of a name; `undefined`: there is none, or another user has it. protocol: names are unique. */
export const findByName = async (name: string, ctx: Ctx): Promise<Outcome<RemoteFile | undefined>> => {
  const { name: server } = ctx.server;
  const answer = await call(ctx, {
    method: 'POST',
    path: '/files/search?include=uploads',
    body: { json: { filters: [{ field: 'name', operator: '=', value: name }] } },
  });
  if (!answer.ok) return answer;
  if (answer.value.status !== 200) return refusal(answer.value, { server });
  const files = dataOf(answer.value, z.array(fileSchema).max(1_000), server);
  return files.ok ? ok(files.value.find((file) => file.name === name)) : files;
};

/** What tells a file that this program made from others. */
type Own = Pick<FilesNestRemote, 'id' | 'name' | 'createdAt'>;

/** Whether a file is the one that this upload made: a server that was installed again gives the same ids to other files. */
export const isOurs = ({ name, created_at: at }: RemoteFile, { name: ours, createdAt }: Omit<Own, 'id'>): boolean =>
  (name ?? ours) === ours && (at ?? createdAt) === (createdAt ?? at);

/** Deletes a file; gone already counts as done. */
export const removeFile = async (id: string, ctx: Ctx): Promise<Outcome<void>> => {
  const answer = await call(ctx, { method: 'DELETE', path: pathOf(id) });
  if (!answer.ok) return answer;
  const { name: server } = ctx.server;
  if (isMissing(answer.value)) return ok(undefined);
  if (answer.value.status !== 200) return refusal(answer.value, { server });
  // protocol: the answer is what the file was. A reverse proxy may answer 200 as well.
  const file = dataOf(answer.value, fileSchema, server);
  return file.ok ? ok(undefined) : file;
};

/** Deletes the file of an upload, if it is still its own. */
export const removeOwn = async (remote: Own, ctx: Ctx): Promise<Outcome<void>> => {
  const file = await askFile(remote.id, ctx);
  if (!file.ok) return file;
  return file.value !== undefined && isOurs(file.value, remote) ? removeFile(remote.id, ctx) : ok(undefined);
};

/** The failure of an upload whose file is gone. protocol: a daily job deletes what is older than a day and unfinished. */
export const gone = ({ created }: FilesNestRemote, ctx: Ctx): Outcome<never> => {
  const { name: server } = ctx.server;
  return serverNow(ctx) < created + unfinishedMs
    ? fail('restart', problem('session-gone', { server }))
    : fail('restart', problem('deadline-passed', { hours: unfinishedMs / 3_600_000, server }));
};

/** The file of an upload. Fails with `restart` where it is gone. */
export const ownFile = async (remote: FilesNestRemote, ctx: Ctx): Promise<Outcome<RemoteFile>> => {
  const file = await askFile(remote.id, ctx);
  if (!file.ok) return file;
  return file.value !== undefined && isOurs(file.value, remote) ? ok(file.value) : gone(remote, ctx);
};
