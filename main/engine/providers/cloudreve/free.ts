/** Taking away what an upload left on the server, judged by what is there afterwards. */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { call } from './call.ts';
import { codes, refusal } from './codes.ts';
import { type Said, wordsOf } from './envelope.ts';
import { askFile, type RemoteFile, sessionOf } from './remote-file.ts';

type Ctx = ProviderContext<unknown>;

/**
 * DELETE /file/upload. protocol: always with the id that stands in the placeholder, since another one leaves a ghost; the
 * answer proves nothing (-1 can have worked, 0 can have not), the file does. Gives what is there afterwards: the upload
 * may have completed in that very moment. Fails with `retry` where it is still there.
 */
export const freeSession = async (uri: string, session: string, ctx: Ctx): Promise<Outcome<RemoteFile | undefined>> => {
  const said = await call(ctx, { method: 'DELETE', path: '/file/upload', json: { id: session, uri } });
  if (!said.ok) return said;
  const file = await askFile(uri, ctx, true);
  if (!file.ok) return file;
  if (file.value === undefined || sessionOf(file.value) !== session) return ok(file.value);
  const { name: server } = ctx.server;
  return said.value.code === codes.done || said.value.code === codes.notFound
    ? fail('retry', problem('server-failed', { server, status: said.value.code, words: wordsOf(said.value) }))
    : refusal(said.value, { server, name: file.value.name });
};

/** protocol: DELETE /file answers 40081 even for a single item: its own answer is inside. */
export const only = (said: Said): Said => {
  const [one] = Object.values(said.each);
  return said.code === codes.batch && one !== undefined ? { ...said, code: one.code, words: one.msg } : said;
};

/** DELETE /file for good. protocol: what goes to the bin still counts. Gone already counts as done. */
export const removeFile = async (uri: string, ctx: Ctx): Promise<Outcome<void>> => {
  const said = await call(ctx, { method: 'DELETE', path: '/file', json: { uris: [uri], skip_soft_delete: true } });
  if (!said.ok) return said;
  const told = only(said.value);
  if (told.code === codes.done || told.code === codes.pathMissing) return ok(undefined);
  return refusal(told, { server: ctx.server.name });
};
