/** The account's files. They have no public link; they can be listed and deleted. */
import { z } from 'zod';
import { visible } from '../../../../preload/bounds.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Account, RemoteShare, SharePage } from '../account.ts';
import { beside } from '../bounds.ts';
import type { ProviderContext } from '../provider.ts';
import { notThisServer, refusal } from './answers.ts';
import { call } from './call.ts';
import { fileSchema, isCompleted, type RemoteFile, timeOf } from './remote-file.ts';
import type { FilesNestRemote, FilesNestSettings } from './state.ts';

type Ctx = ProviderContext<unknown>;

/** protocol: at most 100. */
const pageSize = 100;
const pageNumber = z.number().int().positive().max(1_000_000);
/** protocol: the links of an answer leave the limit out, so that its numbers are used. */
const pageSchema = z.looseObject({
  data: z.array(z.unknown()).max(pageSize),
  meta: beside(z.looseObject({ last_page: beside(pageNumber) })),
});

type Page = { readonly files: readonly RemoteFile[]; readonly last: number };

const askPage = async (page: number, ctx: Ctx): Promise<Outcome<Page>> => {
  const answer = await call(ctx, { method: 'GET', path: `/files?limit=${pageSize}&page=${page}` });
  if (!answer.ok) return answer;
  const { name: server } = ctx.server;
  if (answer.value.status !== 200) return refusal(answer.value, { server });
  const read = pageSchema.safeParse(answer.value.json);
  if (!read.success) return notThisServer(answer.value, server);
  const files = read.data.data.flatMap((one) => fileSchema.safeParse(one).data ?? []);
  return ok({ files, last: read.data.meta?.last_page ?? 1 });
};

const shown = ({ id, name, created_at: at }: RemoteFile): RemoteShare => ({
  id,
  name: visible(name ?? id),
  createdAt: timeOf(at) ?? 0,
  expired: false,
});

/** Newest first. protocol: the server lists the oldest first, so that its pages are read from the last one back. */
const list = async (cursor: string | undefined, ctx: Ctx): Promise<Outcome<SharePage>> => {
  const wanted = cursor === undefined ? 1 : Number(cursor);
  let number = pageNumber.safeParse(wanted).success ? wanted : 1;
  let page = await askPage(number, ctx);
  if (!page.ok) return page;
  if (cursor === undefined && page.value.last > 1) {
    number = page.value.last;
    page = await askPage(number, ctx);
    if (!page.ok) return page;
  }
  return ok({
    shares: page.value.files.filter(isCompleted).map(shown).toReversed(),
    ...(number > 1 ? { next: String(number - 1) } : {}),
  });
};

/** See `Account.shares`. */
export const shares = { list } satisfies NonNullable<Account<FilesNestSettings, FilesNestRemote>['shares']>;
