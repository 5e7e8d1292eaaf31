/** Direct links: to a file itself, through renames and new versions, without an end or a password. */
import { z } from 'zod';
import { safeLink } from '../../../../preload/bounds.ts';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { text } from '../bounds.ts';
import { call } from './call.ts';
import { codes, refusal } from './codes.ts';
import { notThisServer } from './envelope.ts';
import { decoded } from './uri.ts';

type Ctx = ProviderContext<unknown>;

/** Marks the key of a direct link among those of shares. */
const mark = 'f/';

/** Whether the key of a share is that of a direct link. */
export const isDirect = (key: string): boolean => key.startsWith(mark);

const linksSchema = z.array(z.looseObject({ link: text(8_000) })).min(1);

const request = (uri: string, ctx: Ctx) => call(ctx, { method: 'PUT', path: '/file/source', json: { uris: [uri] } });

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
  let said = await request(uri, ctx);
  if (!said.ok) return said;
  if (said.value.code === codes.groupMayNot) {
    // protocol: a token that ended says the same here; asking who one is renews it.
    const me = await call(ctx, { method: 'GET', path: '/user/me' });
    if (!me.ok) return me;
    said = await request(uri, ctx);
    if (!said.ok) return said;
  }
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
export const removeDirectLink = async (key: string, ctx: Ctx): Promise<Outcome<void>> => {
  const id = encodeURIComponent(key.slice(mark.length));
  const said = await call(ctx, { method: 'DELETE', path: `/file/source/${id}` });
  if (!said.ok) return said;
  if (said.value.code === codes.done || said.value.code === codes.notFound) return ok(undefined);
  return refusal(said.value, { server: ctx.server.name });
};
