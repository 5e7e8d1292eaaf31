/** What is kept of a Stend server and of an upload to it, with the schemas of both. */
import { z } from 'zod';
import { firstVersion } from '../kept.ts';
import type { Kept } from '../provider.ts';

/**
 * What a cut request leaves, by what is in front of the server. `buffered`: nothing until its last byte, since only whole
 * requests are passed on. `bare`: half a chunk and a crashed server.
 */
export type Front = 'buffered' | 'bare';
const front = z.enum(['buffered', 'bare']);

const count = z.number().int().nonnegative();

export const settingsSchema = z.looseObject({
  /** Address of the share page, without a trailing slash. */
  webUrl: z.string().optional(),
  /** Whether links are `/d.html?key` in place of `/d?key`. */
  showHtmlExtension: z.boolean(),
  /** Bytes. */
  fileMaxSize: count,
  /** Bytes. */
  chunkSize: count,
  /** Seconds. */
  fileMaxAge: count,
  maxTransfersInMerge: count,
  requirePassword: z.boolean(),
  apiVersion: z.string(),
  /** Seconds. */
  recommendedExpireTimes: z.array(count).readonly(),
  /** Absent: not looked for yet, to be taken for bare. */
  front: front.optional(),
  /** The `Server` header that `front` was found with. */
  frontServerHeader: z.string().optional(),
  /** The administrator set `proxy_ignore_client_abort on;`: nginx passes a whole chunk on though its client left. */
  ignoresAbort: z.boolean().optional(),
  /** ms since the epoch: when `/instance` was read last. */
  checkedAt: z.number(),
});
export type StendSettings = Readonly<z.infer<typeof settingsSchema>>;

export const remoteSchema = z.looseObject({
  transferKey: z.string().min(1),
  /** Blank: the answer to the create did not say it; the last chunk's does. */
  shareKey: z.string(),
  /** ms since the epoch on the server's clock. */
  created: z.number(),
  /** Bytes of every chunk but the last. */
  chunkEvery: z.number().int().positive(),
  /** Chunks. */
  count: z.number().int().positive(),
  /** The file's name as the server keeps it. */
  name: z.string(),
  /** Seconds. */
  expireTime: z.number(),
  front,
  frontServerHeader: z.string().optional(),
  ignoresAbort: z.boolean().optional(),
  apiVersion: z.string(),
  /** The server has all chunks, and has made them one file. */
  complete: z.boolean(),
  /** A chunk was stored short: this upload can only be cancelled. */
  spoilt: z.boolean().optional(),
  uploadedAt: z.number().optional(),
  /** ms since the epoch on the server's clock. */
  expireDate: z.number().optional(),
  deleteKey: z.string().optional(),
});
export type StendRemote = Readonly<z.infer<typeof remoteSchema>>;

export const keptSettings: Kept<StendSettings> = firstVersion('Stend settings', settingsSchema);

export const keptRemote: Kept<StendRemote> = firstVersion('Stend uploads', remoteSchema);

/**
 * ms that an answer to a whole chunk may take, and that a server is asked whether it has stored one whose answer was lost.
 * protocol: the server has no time-out of its own.
 */
export const answerMs = 20 * 60_000;

/** protocol: an unfinished upload is removed so many ms after its creation, even while chunks arrive. */
export const unfinishedMs = 5 * 3_600_000;

/** What Stend reports as `fileMaxAge` where it keeps files for ever. Seconds. */
export const noExpiryLimit = 15_770_000_000;
