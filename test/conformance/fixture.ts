/** What a provider's test gives the conformance suite: a server, and hands to do things to it. */
import type { JsonObject } from '../../main/engine/json.ts';
import type { AnyProvider, TransferOptions } from '../../main/engine/providers/provider.ts';
import type { ProblemCode } from '../../preload/problems.ts';
import type { Proxy } from '../faults/proxy.ts';

export type Fixture = {
  readonly provider: AnyProvider;
  /** As the provider reaches the server: through the meddler. */
  readonly address: string;
  /** Values of `serverFields`. */
  readonly given: JsonObject;
  readonly secret: string | undefined;
  /** What is said where the secret is wrong, and where there is none. Default: of passwords. */
  readonly refusals?: { readonly wrong: ProblemCode; readonly missing: ProblemCode };
  /** Bytes of a chunk, where the server tells them only with an upload. */
  readonly chunkBytes?: number;
  /** With these an upload ends in a share. Default: every one does. */
  readonly shared?: TransferOptions;
  readonly meddler: Proxy;
  /**
   * First lines of the requests that carry a chunk, of the one that opens an upload, and of one that finishes it. `resume`: of those
   * that ask what the server has, where they are not like those of chunks.
   */
  readonly requests: {
    readonly chunk: RegExp;
    readonly open: RegExp;
    readonly finish?: RegExp;
    readonly resume?: RegExp;
  };
  /** Nothing can be asked about an unfinished upload: a resume sends no request. */
  readonly answersNothing?: boolean;
  /** It cannot delete anything: what was uploaded stays. */
  readonly keeps?: boolean;
  /** A finish that arrives a second time does harm. */
  readonly finishOnce?: boolean;
  /** It is still at work on the file when it has answered the finish. */
  readonly assembles?: boolean;
  /**
   * What a lost answer to a chunk means, of so many chunks. `again`: it is looked for, or sent again. `new-session`: it is sent again,
   * under another id of the server. `restart`: the file starts over. `unknown`: the user is asked. Absent: `again`.
   */
  readonly lostAnswer?: (index: number, count: number) => 'again' | 'new-session' | 'restart' | 'unknown';
  /** How many requests to finish have arrived whole. */
  readonly finishes?: (remote: unknown) => number | Promise<number>;
  /** A refusal that only the server itself makes: `sever` is the network's. */
  readonly server: {
    /** It remembers no unfinished upload over its own end: they start anew after it. */
    readonly forgets?: boolean;
    /** SIGKILL and start. */
    readonly kill: () => Promise<void>;
    /** An orderly end and start. */
    readonly restart: () => Promise<void>;
    /** Lets ms pass on the server's clock, with what it does in that time. */
    readonly pass?: (ms: number) => Promise<void>;
    /** How often it has crashed by itself. */
    readonly crashes: () => Promise<number>;
  };
  /** Bodies that began to arrive for each chunk of an upload. */
  readonly bodies: (remote: unknown) => Promise<ReadonlyMap<number, number>>;
  /** What the server would give to whoever downloads it. */
  readonly stored: (remote: unknown) => Promise<{ readonly size: number; readonly sha256: string } | undefined>;
  /** Completes the upload on the server with fewer bytes than its file has; the remote state is then complete. */
  readonly storeShort?: (remote: unknown) => Promise<unknown>;
  readonly close: () => Promise<void>;
};
