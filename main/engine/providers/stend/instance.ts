/** GET /instance: what a Stend server says of itself. */
import { z } from 'zod';
import { dateOf } from '../../http/answer.ts';
import type { Answer, Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import { lasting, text } from '../bounds.ts';
import { notThisServer, refusal } from './answers.ts';
import type { StendSettings } from './state.ts';

/** protocol: a number, and in 1.1–1.2 with FILE_MAX_AGE set, a string of digits. */
const seconds = z
  .union([z.number(), z.string().max(20).regex(/^\d+$/).transform(Number)])
  .pipe(z.number().nonnegative())
  .transform((told) => Math.min(told, longestAge));

/** Seconds: what an instance without a limit reports is far below. */
const longestAge = 31_536_000_000;
/** Expiries that are offered; the real server has a dozen. */
const expiriesMost = 100;

const instanceSchema = z.looseObject({
  fileMaxSize: z.number().int().positive(),
  chunkSize: z.number().int().positive(),
  requirePassword: z.boolean(),
  apiVersion: text(100),
  // protocol: 1.0.0 does not tell it, and holds 30 days.
  fileMaxAge: seconds.default(2_592_000),
  // protocol: before 2.0 it is not told, and is 10.
  maxTransfersInMerge: z.number().int().positive().default(10).catch(10),
  recommendedExpireTimes: z
    .array(z.looseObject({ inSeconds: lasting.int().positive() }))
    .max(expiriesMost)
    .default([])
    .catch([]),
});

/** The part of the settings that the server itself tells. */
export type Instance = Pick<
  StendSettings,
  | 'fileMaxSize'
  | 'chunkSize'
  | 'fileMaxAge'
  | 'maxTransfersInMerge'
  | 'requirePassword'
  | 'apiVersion'
  | 'recommendedExpireTimes'
>;

/** An answer read as `/instance`; `undefined` where it is none. */
export const readInstance = (answer: Answer): Instance | undefined => {
  if (answer.status !== 200) return undefined;
  const read = instanceSchema.safeParse(answer.json);
  if (!read.success) return undefined;
  const { fileMaxSize, chunkSize, fileMaxAge, maxTransfersInMerge, requirePassword, apiVersion } = read.data;
  return {
    fileMaxSize,
    chunkSize,
    fileMaxAge: Math.floor(fileMaxAge),
    maxTransfersInMerge,
    requirePassword,
    apiVersion,
    // Labels are French, so that only the seconds are kept.
    recommendedExpireTimes: read.data.recommendedExpireTimes.map((time) => time.inSeconds),
  };
};

export type Seen = {
  readonly instance: Instance;
  readonly serverHeader: string | undefined;
  /** ms since the epoch on the server's clock; `undefined` where it names no time. */
  readonly serverNow: number | undefined;
};

/**
 * Asks a server that is known to be Stend. Fails as `Http.send` does, with server-busy, or with `retry`
 * not-this-server where something else answers.
 */
export const askInstance = async (base: string, server: string, http: Http): Promise<Outcome<Seen>> => {
  const answer = await http.send({ method: 'GET', url: `${base}/instance` });
  if (!answer.ok) return answer;
  const instance = readInstance(answer.value);
  if (instance !== undefined)
    return ok({ instance, serverHeader: answer.value.headers['server'], serverNow: dateOf(answer.value) });
  return answer.value.status === 200 ? notThisServer(answer.value, server) : refusal(answer.value, { server });
};
