/** What a Cloudreve server does by its version. Where the version cannot be read, it is taken for the newest. */

/** Whether a version, `4.18.0` or `4.18.0-pro`, is that one or a later one. */
export const isSince = (version: string, major: number, minor: number): boolean => {
  const read = /^v?(\d+)\.(\d+)/.exec(version.trim());
  if (read === null) return true;
  const [own, ownMinor] = [Number(read[1]), Number(read[2])];
  return own > major || (own === major && ownMinor >= minor);
};

/** protocol: "Versions", a row each. */
export const rules = {
  /** Before: the file completes as soon as its last index arrives, with zero bytes in the holes. */
  waitsForAllChunks: (version: string) => isSince(version, 4, 18),
  /** Before: the first chunk sent again truncates the file there. */
  firstChunkAgainHarmless: (version: string) => isSince(version, 4, 7),
  /** Before: chunks and probes are answered without a look at the upload's lock; only its completion misses it. */
  chunksNeedLock: (version: string) => isSince(version, 4, 11),
  policyIdOptional: (version: string) => isSince(version, 4, 11),
  /** Before: `previous` is taken and ignored. */
  previousChecked: (version: string) => isSince(version, 4, 11),
  oauth: (version: string) => isSince(version, 4, 12),
  concurrency: (version: string) => isSince(version, 4, 7),
  encryption: (version: string) => isSince(version, 4, 10),
  /** Before: the last chunk, sent to a node again, calls the master again and completes. */
  lastChunkCallsOnce: (version: string) => isSince(version, 4, 18),
} as const;
