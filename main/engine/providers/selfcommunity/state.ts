/** What is kept of a SelfCommunity server and of an upload to it, with the schemas of both. */
import { z } from 'zod';
import { text } from '../bounds.ts';
import { firstVersion } from '../kept.ts';
import type { Kept } from '../provider.ts';

/** protocol: the names of the fields of a form: `file`, `uuid`, … since March 2023, `qqfile`, `qquuid`, … before. */
export const dialects = ['current', 'qq'] as const;
export type Dialect = (typeof dialects)[number];

/** protocol: what the official client sends: chunks of so many bytes, and files smaller than this. Bytes. */
export const usualChunk = 204_800;
export const usualLimit = 10_485_760;

/** What a chunk size may be. Bytes. */
export const chunkRange = { least: 1_024, most: 1_073_741_824 } as const;

const settingsSchema = z.looseObject({
  dialect: z.enum(dialects),
  /** Bytes. */
  chunkSize: z.number().int().min(chunkRange.least).max(chunkRange.most),
  /** Files have to be smaller. Bytes. */
  fileLimit: z.number().int().positive(),
});
export type SelfCommunitySettings = Readonly<z.infer<typeof settingsSchema>>;

const remoteSchema = z.looseObject({
  /** Bytes of every chunk but the last. */
  chunkSize: z.number().int().positive(),
  /** Chunks. 1: the file goes in one request, without a step that completes it. */
  count: z.number().int().positive(),
  /** protocol: made by the server, in its answer to the first chunk, or to the file. */
  uuid: text(1_024).optional(),
  /** Address of the completed file. */
  url: text(8_000).optional(),
  /** Of the step that completes it. `leaving`: its request is about to leave. `answered`: the server took it. */
  finish: z.enum(['leaving', 'answered']).optional(),
  /** Continued after an interruption, and no chunk was taken since: the server may have forgotten the upload. */
  resumed: z.boolean().optional(),
  /** How often the address of the completed file could not be asked. */
  looks: z.number().int().nonnegative().optional(),
});
export type SelfCommunityRemote = Readonly<z.infer<typeof remoteSchema>>;

export const keptSettings: Kept<SelfCommunitySettings> = firstVersion('SelfCommunity settings', settingsSchema);
export const keptRemote: Kept<SelfCommunityRemote> = firstVersion('SelfCommunity uploads', remoteSchema);
