/** The account's folders, for choosing where uploads go. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Account } from '../account.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';
import { call } from './call.ts';
import { askCapacity, hasBit } from './site.ts';
import { codes, refusal } from './codes.ts';
import { fileSchema, isFolder, isShortcut, type RemoteFile } from './remote-file.ts';
import { whyNot } from './name.ts';
import type { CloudreveRemote, CloudreveSettings } from './state.ts';
import { namesIn, pathOf, uriOf } from './uri.ts';

type Ctx = ProviderContext<unknown>;

const listSchema = z.looseObject({
  // One that cannot be read hides none of the others.
  files: z
    .array(z.unknown())
    .nullish()
    .transform((files) => files?.flatMap((file) => fileSchema.safeParse(file).data ?? [])),
  pagination: z.looseObject({
    page_size: z.number().default(0),
    next_token: z.string().max(4_000).nullish(),
    is_cursor: z.boolean().nullish(),
    total_items: z.number().nullish(),
  }),
  props: z.looseObject({ capability: z.string().nullish() }).nullish(),
});

export type Listed = {
  readonly files: readonly RemoteFile[];
  readonly next: string | undefined;
  readonly capability: string | undefined;
};

const pageSize = 200;
/** In what the server tells of a listing. protocol: the bit of uploading. */
const uploadBit = 6;

/**
 * A page of what is at an address, folders first, or of a search. `cursor`: as the page before told it. `undefined` where
 * there is no such folder. Fails as `call` does.
 */
export const list = async (
  uri: string,
  cursor: string | undefined,
  ctx: Ctx,
  byName = false,
): Promise<Outcome<Listed | undefined>> => {
  // Without cursors a site counts pages: `p2` is the third.
  const page = /^p(\d+)$/.exec(cursor ?? '')?.[1];
  const from =
    page !== undefined
      ? `&page=${page}`
      : cursor === undefined
        ? '&page=0'
        : `&next_page_token=${encodeURIComponent(cursor.slice(1))}`;
  const order = byName ? '&order_by=name&order_direction=asc' : '';
  const path = `/file?uri=${encodeURIComponent(uri)}&page_size=${pageSize}${order}${from}`;
  const told = await ask(ctx, path, listSchema, codes.pathMissing, 'folder-no-list');
  return told.ok ? ok(told.value && listed(told.value, Number(page ?? 0))) : told;
};

const listed = (data: z.infer<typeof listSchema>, page: number): Listed => {
  const { next_token: token, is_cursor: cursors, total_items: total, page_size: size } = data.pagination;
  const files = data.files ?? [];
  const more = cursors !== true && typeof total === 'number' && size > 0 && (page + 1) * size < total;
  const next = token ? `t${token}` : more ? `p${page + 1}` : undefined;
  return { files, next, capability: data.props?.capability ?? undefined };
};

/** See `Account.folders`. */
export const folders: NonNullable<Account<CloudreveSettings, CloudreveRemote>['folders']> = {
  list: async (path, cursor, ctx) => {
    const { name: server } = ctx.server;
    const names = namesIn(path);
    const found = names === undefined ? ok(undefined) : await list(uriOf(path), cursor, ctx, true);
    if (!found.ok) return found;
    if (found.value === undefined) return fail('fatal', problem('folder-missing', { server, path }));
    const { files, next, capability } = found.value;
    const inside = files.filter(isFolder);
    const own = inside.filter((folder) => !isShortcut(folder));
    return ok({
      folders: own.map(({ name }) => ({ name, path: pathOf([...(names ?? []), name]) })),
      // protocol: folders come first, always: a page that holds a file is the last of interest.
      ...(next === undefined || files.length > inside.length ? {} : { next }),
      canWrite: capability === undefined || hasBit(capability, uploadBit),
    });
  },
  make: async (path, ctx) => {
    const { name: server } = ctx.server;
    for (const name of path.split('/').filter((part) => part !== '')) {
      const why = whyNot(name) ?? (/[\\:*?"<>|]/.test(name) ? 'forbidden-characters' : undefined);
      if (why !== undefined) return fail('fatal', problem('name-refused', { server, name, why }));
    }
    const said = await call(ctx, { method: 'POST', path: '/file/create', json: { uri: uriOf(path), type: 'folder' } });
    if (!said.ok) return said;
    if (said.value.code === codes.done) return ok(undefined);
    return refusal(said.value, { server, name: path });
  },
  capacity: (ctx) => askCapacity(ctx),
};
