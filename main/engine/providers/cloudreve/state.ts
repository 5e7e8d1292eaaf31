/** What is kept of a Cloudreve server and of an upload to it, with the schemas of both. */
import { z } from 'zod';
import { text } from '../bounds.ts';
import { firstVersion } from '../kept.ts';
import type { Kept } from '../provider.ts';

const count = z.number().int().nonnegative();

const suffixes = z.array(text(255)).max(10_000).readonly().nullish().catch(undefined);
const regexp = text(4_000).nullish().catch(undefined);

/**
 * A storage policy as the server tells it in listings and sessions. protocol: false and empty values are left out. Only
 * its type is needed: a limit that cannot be read is left to the server.
 */
export const policySchema = z.looseObject({
  id: text(255).catch(''),
  name: text(255).catch(''),
  type: text(255),
  /** Bytes; 0: no limit. */
  max_size: z.number().catch(0),
  allowed_suffix: suffixes,
  denied_suffix: suffixes,
  allowed_name_regexp: regexp,
  denied_name_regexp: regexp,
  relay: z.boolean().nullish().catch(undefined),
  chunk_concurrency: z.number().nullish().catch(undefined),
});
/** The same in an answer: fields that are not known here may be of any size, and are not kept. */
export const toldPolicy = z.object(policySchema.shape);
export type Policy = Readonly<z.infer<typeof policySchema>>;

export const settingsSchema = z.looseObject({
  /** As `/site/ping` tells it. */
  version: z.string(),
  title: z.string().optional(),
  /** Of the account's own space. Absent: not told yet, since nobody was signed in. */
  policy: policySchema.optional(),
  /** `primary_entity` of what has no content: folders, placeholders. */
  nothing: z.string().optional(),
  /** Bytes, when it was looked at. */
  capacity: z.looseObject({ total: z.number(), used: z.number() }).optional(),
  /** Whether the account's group may share. */
  mayShare: z.boolean().optional(),
  /** Whether it may have direct links. */
  mayLink: z.boolean().optional(),
  /** ms since the epoch: when the server was looked at last. */
  checkedAt: z.number(),
});
export type CloudreveSettings = Readonly<z.infer<typeof settingsSchema>>;

export const remoteSchema = z.looseObject({
  session: z.string().min(1),
  uri: z.string().min(1),
  /** The file's name on the server. */
  name: z.string(),
  /** Bytes of the file. */
  size: count,
  /** Bytes of every chunk but the last; 0: the whole file at once. */
  chunkSize: count,
  policy: policySchema,
  /** ms since the epoch on the server's clock: when the session ends. */
  expires: z.number(),
  /** ms since the epoch on the server's clock: when the session was made. */
  created: z.number(),
  /** Of the file, where it was there before: it does not prove whose it is then. */
  fileCreated: z.number().optional(),
  uploadUrls: z.array(z.string()).readonly(),
  credential: z.string().optional(),
  completeUrl: z.string().optional(),
  callbackSecret: z.string(),
  uploadPolicy: z.string().optional(),
  mimeType: z.string().optional(),
  /** `primary_entity` of the file once it is verified. */
  content: z.string().optional(),
  /** `primary_entity` of the file that is overwritten. */
  previous: z.string().optional(),
  nothing: z.string().optional(),
  /** Base64. The bytes are to be encrypted; the key is a secret and kept elsewhere. */
  iv: z.string().optional(),
  /** The server's, when the session was made. */
  version: z.string(),
  /** The object is whole in its store: what is left is to tell the server. */
  completed: z.boolean().optional(),
  /** Times that its store no longer knew the upload when it was to be completed, and the site saw no object yet. */
  unsure: count.optional(),
  /** A share was asked for, and its answer is not known. ms since the epoch on the server's clock. */
  sharing: z.number().optional(),
  share: z.looseObject({ id: z.string(), link: z.string(), expiresAt: z.number().optional() }).optional(),
  shareRefused: z.boolean().optional(),
  linkRefused: z.boolean().optional(),
  direct: z.looseObject({ key: z.string(), link: z.string() }).optional(),
});
export type CloudreveRemote = Readonly<z.infer<typeof remoteSchema>>;

export const keptSettings: Kept<CloudreveSettings> = firstVersion('Cloudreve settings', settingsSchema);

export const keptRemote: Kept<CloudreveRemote> = firstVersion('Cloudreve uploads', remoteSchema);
