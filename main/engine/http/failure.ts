/** What a broken connection means, told by the error codes of Node, the name service and OpenSSL. */
import { networkInterfaces } from 'node:os';
import { problem } from '../../../preload/problems.ts';
import { asSaid, type Reason, type ReasonCode } from '../../../preload/problems/reasons.ts';
import { codeOf } from '../error-code.ts';
import { FailureError, type Failure } from '../outcome.ts';

/** Carries a failure that was recognised while connecting through Node's agents and got, which wrap it. */
export class ConnectError extends FailureError {
  override readonly name = 'ConnectError';
}

const offlineCodes = new Set(['ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** With a network that is up these speak of the other side: a server that is switched off, a name that is not there. */
const theirsWhileUp = new Set(['EHOSTUNREACH', 'ENOTFOUND']);

const reasons: Readonly<Record<string, ReasonCode>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'closed-there',
  ECONNABORTED: 'closed-here',
  EPIPE: 'closed-there',
  ETIMEDOUT: 'no-answer',
  ENOTFOUND: 'name-unknown',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'address-unavailable',
  EPROTO: 'no-tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no-tls',
  ERR_STREAM_PREMATURE_CLOSE: 'closed-there',
};

/** Some sandboxes refuse to list the network's interfaces: the network counts as up there. */
const networkIsUp = (): boolean => {
  try {
    return Object.values(networkInterfaces()).some((addresses) => addresses?.some((a) => !a.internal) ?? false);
  } catch {
    return true;
  }
};

/** The errors inside an error: of each address tried (AggregateError), or the one itself. */
const leaves = (error: unknown): readonly unknown[] =>
  error instanceof AggregateError && error.errors.length > 0 ? error.errors.flatMap(leaves) : [error];

/** A few words for an error; never its message, which may carry addresses and what was sent. */
export const reasonOf = (error: unknown): Reason => {
  const code = codeOf(leaves(error)[0]);
  if (code.startsWith('HPE_')) return 'no-http';
  return reasons[code] ?? (code === 'unknown' ? 'broken' : asSaid(code));
};

const noNetwork = (error: unknown): boolean =>
  leaves(error).every((leaf) => {
    const code = codeOf(leaf);
    if (theirsWhileUp.has(code)) return !networkIsUp();
    return offlineCodes.has(code);
  });

const offline: Failure = { behaviour: 'offline', problem: problem('no-network') };

/**
 * No connection came about. `proxy`: the proxy that was to be used, as `host:port`, where the error is its own.
 */
export const connectFailure = (error: unknown, server: string, proxy: string | undefined): Failure => {
  if (noNetwork(error)) return offline;
  // Of several addresses, the one that somebody answered at says more than the one without a route.
  const told = leaves(error).find((leaf) => !offlineCodes.has(codeOf(leaf)));
  const reason = reasonOf(told);
  const busy = {
    // A server that does not answer one transfer answers none: all of it is left alone for a while.
    behaviour: 'server-busy',
  } as const;
  // No request reached the server.
  return proxy === undefined
    ? { ...busy, problem: problem('server-unreachable', { server, reason }), nothingMade: true }
    : { ...busy, problem: problem('proxy-failed', { proxy, reason }) };
};

/** A connection that stood broke before its answer had come. */
export const breakFailure = (error: unknown, server: string): Failure => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ConnectError) return cause.failure;
  }
  // A route that goes away under a standing connection is this machine's network.
  if (noNetwork(error)) return offline;
  return { behaviour: 'retry', problem: problem('connection-broken', { server, reason: reasonOf(error) }) };
};
