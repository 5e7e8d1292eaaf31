/** The round trip that a user asks for: what the server says of itself, and whether the token counts. */
import { ok, type Outcome } from '../../outcome.ts';
import type { Checked, ProviderContext } from '../provider.ts';
import { dataOf, refusal } from './answers.ts';
import { call } from './call.ts';
import { z } from 'zod';
import { look } from './look.ts';
import type { FilesNestSettings } from './state.ts';

/** See `Provider.check`. */
export const check = async (ctx: ProviderContext<FilesNestSettings>): Promise<Outcome<Checked<FilesNestSettings>>> => {
  const { server, http } = ctx;
  const seen = await look(server, http);
  if (!seen.ok) return seen;
  const listed = await call(ctx, { method: 'GET', path: '/files?limit=1' });
  if (!listed.ok) return listed;
  if (listed.value.status !== 200) return refusal(listed.value, { server: server.name });
  const files = dataOf(listed.value, z.array(z.unknown()), server.name);
  if (!files.ok) return files;
  return ok({ settings: { ...server.settings, ...seen.value, checkedAt: ctx.now() }, notices: [] });
};
