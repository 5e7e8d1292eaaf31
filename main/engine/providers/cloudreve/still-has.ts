import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext, Stored } from '../provider.ts';
import { list } from './folders.ts';
import { askFile, type RemoteFile } from './remote-file.ts';
import { askShare, inLink } from './share-api.ts';
import type { CloudreveRemote } from './state.ts';
import { standing } from './upload-status.ts';

type Ctx = ProviderContext<unknown>;
type Upload = Stored<CloudreveRemote>;

/** From so many files of one folder on, the folder is listed. */
const listedFrom = 8;
/** Most pages of a folder: a larger one costs more than asking for each file. */
const pagesMost = 25;

const folderOf = ({ remote }: Upload): string => remote.uri.slice(0, remote.uri.lastIndexOf('/'));

/** The files of a folder by their names; `undefined` where it has too many. */
const filesIn = async (folder: string, ctx: Ctx): Promise<Outcome<ReadonlyMap<string, RemoteFile> | undefined>> => {
  const files = new Map<string, RemoteFile>();
  let cursor: string | undefined;
  for (let page = 0; page < pagesMost; page++) {
    const listed = await list(folder, cursor, ctx);
    if (!listed.ok) return listed;
    for (const file of listed.value?.files ?? []) files.set(file.name, file);
    cursor = listed.value?.next;
    if (cursor === undefined) return ok(files);
  }
  return ok(undefined);
};

/** Whether the link that was given out still opens. protocol: a direct link cannot be asked for without making one. */
const stillOpens = async ({ share, direct }: CloudreveRemote, ctx: Ctx): Promise<Outcome<boolean>> => {
  if (share === undefined) return ok(direct === undefined);
  const told = await askShare(share.id, inLink(share.link)?.password, ctx);
  return told.ok ? ok(told.value !== undefined && !told.value.expired) : told;
};

/** See `Provider.stillHas`: by the file in its folder, its size and, where it is known, its content. */
export const stillHas = (uploads: readonly Upload[], ctx: Ctx): readonly (() => Promise<Outcome<boolean>>)[] => {
  const counts = new Map<string, number>();
  for (const upload of uploads) counts.set(folderOf(upload), (counts.get(folderOf(upload)) ?? 0) + 1);
  const listings = new Map<string, ReturnType<typeof filesIn>>();
  const fileOf = async (upload: Upload): Promise<Outcome<RemoteFile | undefined>> => {
    const folder = folderOf(upload);
    if ((counts.get(folder) ?? 0) >= listedFrom) {
      const listing = listings.get(folder) ?? filesIn(folder, ctx);
      listings.set(folder, listing);
      const files = await listing;
      if (!files.ok) return files;
      if (files.value !== undefined) return ok(files.value.get(upload.remote.name));
    }
    return askFile(upload.remote.uri, ctx);
  };
  return uploads.map((upload) => async () => {
    const { remote, size } = upload;
    const file = await fileOf(upload);
    if (!file.ok) return file;
    const isThere =
      standing(file.value, remote) === 'done' &&
      file.value?.size === size &&
      file.value.primary_entity === (remote.content ?? file.value.primary_entity);
    return isThere ? stillOpens(remote, ctx) : ok(false);
  });
};
