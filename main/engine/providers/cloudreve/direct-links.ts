/** Direct links: to a file itself, through renames and new versions, without an end or a password. */
import { z } from 'zod';
import { safeLink } from '../../../../preload/bounds.ts';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { text } from '../bounds.ts';
import { callRenewed, remove } from './ask.ts';
import { codes, refusal } from './codes.ts';
import { notThisServer } from './envelope.ts';
import { decoded } from './uri.ts';

type Ctx = ProviderContext<unknown>;

/** Marks the key of a direct link among those of shares. */
const mark = 'f/';

/** Whether the key of a share is that of a direct link. */
export const isDirect = (key: string): boolean => key.startsWith(mark);

const linksSchema = z.array(z.looseObject({ link: text(8_000) })).min(1);

/**
 * PUT /file/source. protocol: asked again, the same link. Its host is the site's own setting; people get it on the
 * address that they use. Fails with `fatal` direct-link-refused, file-gone-there.
 */
export const createDirectLink = async (
  uri: string,
  name: string,
  ctx: Ctx,
): Promise<Outcome<{ readonly key: string; readonly link: string }>> => {
  const { name: server, address } = ctx.server;
  const request = { method: 'PUT', path: '/file/source', json: { uris: [uri] } } as const;
  const said = await callRenewed(ctx, request, codes.groupMayNot);
  if (!said.ok) return said;
  const { code, data, each } = said.value;
  if (code === codes.groupMayNot || code === codes.forbidden)
    return fail('fatal', problem('direct-link-refused', { server }));
  if (Object.values(each).some((one) => one.code === codes.pathMissing))
    return fail('fatal', problem('file-gone-there', { server, name }));
  if (code !== codes.done) return refusal(said.value, { server, name });
  const path = /\/f\/([^/?#]+)\/[^?#]*/.exec(linksSchema.safeParse(data).data?.[0]?.link ?? '');
  if (path?.[1] === undefined) return notThisServer(server, 'direct-link-no-address');
  const link = safeLink(`${address}${path[0]}`);
  if (link === undefined) return notThisServer(server, 'direct-link-invalid');
  return ok({ key: `${mark}${decoded(path[1])}`, link });
};

/** DELETE /file/source/{id}; gone already counts as done. */
export const removeDirectLink = (key: string, ctx: Ctx): Promise<Outcome<void>> =>
  remove(ctx, `/file/source/${encodeURIComponent(key.slice(mark.length))}`);
