/** Where a vice shows. `file` is a file in one request. */
export type Place = 'chunk' | 'file' | 'done' | 'message' | 'token';

/** Something that a real server of this kind may do, instead of what it should. */
export interface Vice {
  readonly at: Place;
  /** Only at the chunk with this index. */
  readonly index?: number;
  /**
   * The request or its answer is lost; a failure is reported in the body of a 200 (`reset` forgets the chunks, too); or
   * a status that refuses.
   */
  readonly does: 'lose-request' | 'lose-answer' | 'failure' | 'preventRetry' | 'reset' | number;
  /** With a status: what `errors` is, which may be no list. */
  readonly errors?: unknown;
  /** How often; once by default. */
  readonly times?: number;
}

/** The switches of SelfCommunity's own dialect. */
export interface SelfCommunityConfig {
  /** Which names of fields it takes. */
  readonly fields: 'now' | 'qq' | 'both';
  /** What HEAD of a file's address says of its length; a status refuses it. */
  readonly head: 'true' | 'wrong' | 'absent' | number;
  /** In the addresses of files: as clients reach it, whatever stands in front of it. */
  readonly scheme: 'http' | 'https';
  /** s */
  readonly access_token_ttl: number;
  /** How long after its last chunk an upload that is not done is still known, s. */
  readonly upload_ttl: number;
  readonly vices: readonly Vice[];
}

export const readConfig = (config: Readonly<Record<string, unknown>>): SelfCommunityConfig => ({
  fields: 'now',
  head: 'true',
  scheme: 'http',
  access_token_ttl: 36_000,
  upload_ttl: 86_400,
  vices: [],
  ...config,
});
