/** Where a vice shows. `merge` is the work of the server's queue, `status` a GET of a file. */
export type Place = 'settings' | 'create' | 'status' | 'chunk' | 'merge' | 'list' | 'search' | 'patch' | 'delete';

/** Something that a real server of this kind may do, instead of what it should. */
export interface Vice {
  readonly at: Place;
  /** Only at the chunk with this number (from 1). */
  readonly number?: number;
  /**
   * `lose`: no answer comes. `crash`: the server ends. `corrupt`: a chunk is stored with its first byte changed.
   * `forget`, `fail`: a merge is never done, or ends in `failed:chunks-merge`. A number is a status that is answered.
   */
  readonly does: 'lose' | 'crash' | 'corrupt' | 'forget' | 'fail' | number;
  /** With `lose`, `crash` and a status: the server has done what it was asked for before. */
  readonly acted?: boolean;
  /** With a status: the answer's headers and body. By default it is Laravel's. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How often; once by default. */
  readonly times?: number;
}

export interface FilesNestConfig {
  /** The largest body, as PHP writes it: "8M". "0" is no limit. */
  readonly post_max_size: string;
  /** How long after the last chunk a file is merged, ms by the server's clock; `told`: at `/__peer/merge`. */
  readonly merge: number | 'told';
  /** Where the sign-in page may lead, besides `filesnest://auth`. Absent: anywhere. */
  readonly redirects?: readonly string[];
  readonly vices: readonly Vice[];
}

export const readConfig = (config: Readonly<Record<string, unknown>>): FilesNestConfig => ({
  post_max_size: '8M',
  merge: 50,
  vices: [],
  ...config,
});

/** Whether a server's name is one of the version without `/api/settings`. */
export const isSeed = (as: string): boolean => /^seed$|b52a171/.test(as);

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** A size as PHP's settings have it, in bytes. */
export function bytesOfSize(size: string): number {
  const [, count = '0', unit = ''] = /^(\d+)([KMG]?)$/i.exec(size) ?? [];
  return Number(count) * (UNITS[unit.toUpperCase()] ?? 1);
}
