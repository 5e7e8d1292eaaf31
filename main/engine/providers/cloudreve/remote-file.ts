/** GET /file/info: what the server has at an address. */
import { z } from 'zod';
import type { Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { beside, text } from '../bounds.ts';
import { ask } from './ask.ts';
import { timeOf } from './clock.ts';
import { codes } from './codes.ts';

const size = z.number().nonnegative().default(0);

const entity = z.looseObject({ id: z.string(), size, created_at: beside(z.string()) });

export const fileSchema = z.looseObject({
  /** 0: a file; 1: a folder. */
  type: z.number(),
  name: z.string(),
  size,
  path: z.string().catch(''),
  created_at: beside(z.string()),
  primary_entity: text(1_024).nullish(),
  // protocol: null from create and rename, an object from list and info.
  metadata: z.record(z.string(), z.string()).nullish(),
  extended_info: z
    .looseObject({ storage_used: size, entities: z.array(entity).nullish() })
    .nullish()
    .catch(undefined),
});
export type RemoteFile = Readonly<z.infer<typeof fileSchema>>;

/** The session that a file is being uploaded by. protocol: it stands in the metadata of placeholders and overwrites. */
export const sessionOf = (file: RemoteFile): string | undefined => {
  const session = file.metadata?.['sys:upload_session_id'];
  return session === undefined || session === '' ? undefined : session;
};

export const isFolder = (file: RemoteFile): boolean => file.type === 1;

/** Whether a folder is somebody else's share under a name of one's own: the server lists nothing in it, and stores nothing. */
export const isShortcut = (file: RemoteFile): boolean =>
  isFolder(file) && file.metadata?.['sys:shared_redirect'] !== undefined;

/** ms since the epoch on the server's clock. */
export const createdAt = (file: RemoteFile): number | undefined => timeOf(file.created_at);

/**
 * Whether a file has no content: an upload under way, or a ghost of one. `nothing`: see `CloudreveSettings`; where it is not
 * known nothing is taken for a ghost, since a file that was emptied, but has versions, looks like one.
 */
export const isHollow = (file: RemoteFile, nothing: string | undefined): boolean => {
  if (isFolder(file) || file.size !== 0) return false;
  if (nothing === undefined) return sessionOf(file) !== undefined;
  if (file.primary_entity !== nothing) return false;
  return sessionOf(file) !== undefined || (file.extended_info?.storage_used ?? 0) > 0;
};

/** What the server has at an address; `undefined` where there is nothing. Fails as `call` does. */
export const askFile = (
  uri: string,
  ctx: ProviderContext<unknown>,
  extended = false,
): Promise<Outcome<RemoteFile | undefined>> => {
  const path = `/file/info?uri=${encodeURIComponent(uri)}${extended ? '&extended=true' : ''}`;
  return ask(ctx, path, fileSchema, codes.pathMissing, 'file-no-facts');
};
