/**
 * The HTTP that providers see. One implementation (`client.ts`, over got) serves all of them; it knows nothing of
 * any protocol, only of connections, bodies and what their failures mean.
 */
import type { Outcome } from '../outcome.ts';

/** A body that is sent as it is made, never held in memory. */
export type Body = {
  /**
   * Exact bytes of the body, sent as Content-Length; `undefined` sends chunked transfer encoding, so that the body
   * may end early in an orderly way.
   */
  readonly length: number | undefined;
  readonly contentType: string;
  /**
   * The bytes. Pulled only once a connection stands, so that nothing pulled means nothing sent. A throw from it
   * destroys the request. With a `length`, it must yield just as many bytes.
   */
  readonly stream: () => AsyncIterable<Uint8Array>;
  /**
   * Called right before the bytes are written that complete a body with a `length`. A throw from it keeps them back,
   * destroys the request and comes back as thrown.
   */
  readonly beforeLast?: () => void;
};

export type Request = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, http or https. */
  readonly url: string;
  /** Lower-case names. Credentials are sent to the origin of `url` only. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON sets its content type itself. No body at all: `content-length: 0` on PUT, POST and PATCH. */
  readonly body?: Body | { readonly json: unknown };
  /** Cuts the connection at once. */
  readonly signal?: AbortSignal;
  /** ms without a byte moving in either direction before the connection is given up; default 60,000. */
  readonly stallMs?: number;
  /** ms for the answer once the whole body has left, where that is more: for servers that pass a body on themselves. */
  readonly answerMs?: number;
  /**
   * Send the body to its end even where the answer comes before that: for servers that a cut body harms. Else an
   * early answer stops the body and costs the connection.
   */
  readonly finishBody?: boolean;
  /** Most bytes of an answer that are read. Default 8 MiB; never more than 64 MiB, whatever is asked for. */
  readonly most?: number;
};

export type Answer = {
  readonly status: number;
  /** Lower-case names; several of one name joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed body where it is JSON by parsing (whatever its content type says), else `undefined`. */
  readonly json: unknown;
  /** A proxy's or portal's page: the body is HTML by content type or by its first bytes. */
  readonly html: boolean;
  /** `Retry-After` in ms from now, in seconds or as a date, which counts from the answer's own `Date`. */
  readonly retryAfterMs: number | undefined;
  /** False where the server answered, or hung up after its answer, before it had taken the whole body. */
  readonly bodySent: boolean;
  /** The answer began before the end of the body was said, whether the body was finished or not. */
  readonly early: boolean;
};

export interface Http {
  /**
   * Sends one request and reads its whole answer. Every HTTP status is an answer (`ok`), so that the provider
   * judges it. Fails with:
   * - `offline`, no-network: no route, no name service
   * - `retry`, connection-broken | server-stalled | answer-truncated: a connection that stood broke
   * - `retry`, answer-too-slow | answer-too-large: the answer took too long from its first byte on, or has too many bytes
   * - `server-busy`, server-unreachable: refused, name unknown while the network is up, connect time-out
   * - `attention`, certificate-untrusted | certificate-changed; file-unreadable for a CA file that is no use
   * - `server-busy`, proxy-failed; `attention`, option-invalid for a proxy's address that makes no sense
   * - `retry` (a portal's redirect passes), redirect-refused: redirects to another origin are not followed; those of the same origin are, for
   *   GET and HEAD, five in a row
   * A throw from a body's stream comes back as thrown, and so does an abort by `signal` (DOMException AbortError).
   */
  send(request: Request): Promise<Outcome<Answer>>;
}
