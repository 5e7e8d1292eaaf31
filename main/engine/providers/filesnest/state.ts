/** What is kept of a FilesNest server and of an upload to it, with the schemas of both. */
import { z } from 'zod';
import { moment, revealed, text } from '../bounds.ts';
import { firstVersion } from '../kept.ts';
import type { Kept } from '../provider.ts';

/**
 * Which API a server has. protocol: `head` has `/api/settings`, and takes the checksum after the chunks; `seed` has neither, and wants
 * the checksum first.
 */
const api = z.enum(['seed', 'head']);

/** Bytes of a chunk where its server says no limit. */
export const usualChunk = 8 * 1024 * 1024;
/** What a chunk size may be. Bytes. */
export const chunkRange = { least: 1_024, most: 1_073_741_824 } as const;
/** Chunks of one file at once. protocol: twelve worked. */
export const lanesRange = { least: 1, most: 12 } as const;
export const usualLanes = 4;

/** protocol: 2,000 chunks worked. */
export const chunksMost = 2_000;

const settingsSchema = z.looseObject({
  api,
  /** Most bytes of a request; 0: no limit, or the server does not say. */
  uploadMaxSize: z.number().int().nonnegative(),
  /** Bytes. */
  chunkSize: z.number().int().min(chunkRange.least).max(chunkRange.most),
  /** Chunks of one file at once. */
  lanes: z.number().int().min(lanesRange.least).max(lanesRange.most),
  /** ms since the epoch: when the server was asked for its settings last. */
  checkedAt: z.number(),
});
export type FilesNestSettings = Readonly<z.infer<typeof settingsSchema>>;

const count = z.number().int().nonnegative();

const remoteSchema = z.looseObject({
  /** Of the file on the server. */
  id: revealed(100),
  /** As the server has it. */
  name: text(1_024),
  /** ms since the epoch on the server's clock: when it made the file. */
  created: moment,
  /** The same in the server's words. Absent: it did not say it. */
  createdAt: text(40).optional(),
  /** Bytes of every chunk but the last. */
  chunkSize: z.number().int().positive(),
  /** Ids of the chunks by index. Empty: not read yet; a resume reads them. */
  uploads: z.array(revealed(100)).readonly(),
  count: z.number().int().positive(),
  /** That the server checks the file against, once it has it. */
  checksum: z.string().optional(),
  /** The checksum went with the create, so that the last chunk starts the merge. */
  checksumFirst: z.boolean(),
  /**
   * The server is joining the chunks. `since`, and `started`, the last time that something started it: on its clock. `again`: how
   * often it was started again.
   */
  merge: z.looseObject({ since: moment, started: moment, again: count }).optional(),
  /** Index of the chunk that is sent once more, so that the merge starts again. */
  resend: count.optional(),
});
export type FilesNestRemote = Readonly<z.infer<typeof remoteSchema>>;

export const keptSettings: Kept<FilesNestSettings> = firstVersion('FilesNest settings', settingsSchema);
export const keptRemote: Kept<FilesNestRemote> = firstVersion('FilesNest uploads', remoteSchema);

/** protocol: a daily job deletes every unfinished file that is older, even one that is being sent. ms. */
export const unfinishedMs = 24 * 3_600_000;
