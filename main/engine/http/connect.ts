/**
 * Connections: kept alive by Node's agents, which here hand out a connection only once it stands: connected, through
 * the proxy where there is one, and its certificate judged. So nothing of HTTP is ever sent to a server that is not
 * trusted, and a body is never pulled before there is somebody to send it to.
 */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { Socket, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, getCACertificates, TLSSocket, type SecureContext } from 'node:tls';
import { problem } from '../../../preload/problems.ts';
import { reasonWith, asSaid, type Reason, type ReasonCode } from '../../../preload/problems/reasons.ts';
import type { Failure } from '../outcome.ts';
import { ConnectError, connectFailure } from './failure.ts';

/** ms to connect, TLS and proxy included. */
const connectMs = 15_000;
/** ms that a free connection is kept: less than the 5 s of a Node server, so that its end is not met in mid-use. */
const idleMs = 4_000;

export type Trust = {
  /** PEM file of certificates that are trusted beside the usual ones. */
  readonly caFile?: string;
  /** SHA-256 fingerprint, in hex with or without colons: exactly this certificate, and no other. */
  readonly pinnedCertificate?: string;
};

export type Lookup = LookupFunction;

type Way = { readonly serverName: string; readonly proxy: URL | undefined; readonly lookup?: Lookup };
type Created = (error: Error | null, stream: Duplex) => void;

const proxyName = (proxy: URL): string => proxy.host;

const attention = (p: Failure['problem']): ConnectError => new ConnectError({ behaviour: 'attention', problem: p });

/** Every request to the server would meet the same certificate. */
const untrusted = (p: Failure['problem']): ConnectError =>
  new ConnectError({ behaviour: 'attention', problem: p, scope: 'server' });

/** A proxy that answered CONNECT with a refusal. Node tells the status on the error. */
const tunnelError = (error: Error, proxy: URL): ConnectError | undefined => {
  if (!('code' in error) || error.code !== 'ERR_PROXY_TUNNEL') return undefined;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  const reason =
    status === undefined ? 'tunnel-ended' : status === 407 ? 'tunnel-login' : reasonWith('tunnel-status', status);
  return new ConnectError({
    behaviour: 'server-busy',
    problem: problem('proxy-failed', { proxy: proxyName(proxy), reason }),
  });
};

/**
 * Waits for a connection to stand. `open` begins it and returns its socket at once; it calls back where the socket
 * that stands is another one (a tunnel's).
 */
const standing = (
  { serverName, proxy }: Way,
  open: (tunnelled: Created) => Duplex | null | undefined,
  tunnel: boolean,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const proxyLabel = proxy === undefined ? undefined : proxyName(proxy);
    // TLS inside a tunnel is the server's; everything before it is the proxy's.
    const refuse = (error: Error): void => {
      clearTimeout(timer);
      const tls = tunnel && 'library' in error;
      reject(
        (proxy === undefined ? undefined : tunnelError(error, proxy)) ??
          new ConnectError(connectFailure(error, serverName, tls ? undefined : proxyLabel)),
      );
    };
    const stand = (socket: Duplex): void => {
      clearTimeout(timer);
      if (socket instanceof Socket) resolve(socket);
      else reject(new TypeError('a connection is no socket'));
    };
    const first = open((error, socket) => {
      if (error === null) stand(socket);
      else {
        refuse(error);
        first?.destroy();
      }
    });
    const timer = setTimeout(() => {
      const late = Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT' });
      refuse(late);
      first?.on('error', () => undefined).destroy();
    }, connectMs);
    if (tunnel) return;
    first?.on('error', refuse);
    first?.once(first instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      stand(first);
    });
  });

/** One server's roots. Node's own suffice for nearly every server; the system's (65 ms) are read on the first doubt. */
class Roots {
  readonly #caFile: string | undefined;
  #withSystem = false;
  #context: SecureContext | undefined;

  constructor(caFile: string | undefined) {
    this.#caFile = caFile;
  }

  /** `undefined`: Node's own. Throws a ConnectError where the CA file is no use. */
  context(): SecureContext | undefined {
    if (this.#caFile === undefined && !this.#withSystem) return undefined;
    this.#context ??= createSecureContext({
      ca: [
        ...getCACertificates('default'),
        ...(this.#withSystem ? getCACertificates('system') : []),
        ...(this.#caFile === undefined ? [] : [this.#read(this.#caFile)]),
      ],
    });
    return this.#context;
  }

  /** Takes the system's roots in; false where they were in already in what was `used`. */
  widen(used: SecureContext | undefined): boolean {
    if (this.#withSystem) return used !== this.#context;
    this.#withSystem = true;
    this.#context = undefined;
    return true;
  }

  #read(path: string): string {
    let reason: Reason = 'no-certificate';
    try {
      const pem = readFileSync(path, 'utf8');
      createSecureContext({ ca: pem });
      if (pem.includes('-----BEGIN')) return pem;
    } catch (error) {
      const code = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : undefined;
      if (typeof code === 'string') reason = asSaid(code);
    }
    throw attention(problem('file-unreadable', { path, reason }));
  }
}

const hex = (fingerprint: string): string => fingerprint.replace(/[^0-9a-f]/gi, '').toUpperCase();

const reasons: Readonly<Record<string, ReasonCode>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'ca-unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'ca-unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'ca-unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'ca-unknown',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_REVOKED: 'certificate-revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
};

/** What is wrong with the certificate of a connection that stands, or `undefined`. */
const judge = (socket: TLSSocket, serverName: string, pinned: string | undefined): ConnectError | undefined => {
  const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? 'unknown';
  if (pinned !== undefined) {
    return hex(fingerprint) === hex(pinned)
      ? undefined
      : untrusted(problem('certificate-changed', { server: serverName, fingerprint }));
  }
  if (socket.authorized) return undefined;
  // A string at run time, whatever the types say.
  const code = String(socket.authorizationError);
  return untrusted(
    problem('certificate-untrusted', { server: serverName, reason: reasons[code] ?? asSaid(code), fingerprint }),
  );
};

const isUnknownIssuer = (socket: TLSSocket): boolean =>
  /ISSUER|SELF_SIGNED|VERIFY_LEAF/.test(String(socket.authorizationError));

const pool = ({ proxy, lookup }: Way): AgentOptions => ({
  keepAlive: true,
  // A probe never waits behind the uploads; how many travel at once is the queue's.
  maxSockets: 256,
  maxFreeSockets: 16,
  timeout: idleMs,
  ...(lookup === undefined ? {} : { lookup }),
  ...(proxy === undefined ? {} : { proxyEnv: { http_proxy: proxy.href, https_proxy: proxy.href } }),
});

class PlainAgent extends HttpAgent {
  readonly #way: Way;

  constructor(way: Way) {
    super(pool(way));
    this.#way = way;
  }

  override createConnection(options: ClientRequestArgs, created?: Created): undefined {
    const open = (): Duplex | null | undefined => super.createConnection({ ...options, timeout: 0 });
    hand(standing(this.#way, open, false), created);
  }
}

class SecureAgent extends HttpsAgent {
  readonly #way: Way;
  readonly #pinned: string | undefined;
  readonly #roots: Roots;

  constructor(way: Way, trust: Trust) {
    // A resumed session would skip the judging.
    super({ ...pool(way), maxCachedSessions: 0 });
    this.#way = way;
    this.#pinned = trust.pinnedCertificate;
    this.#roots = new Roots(trust.caFile);
  }

  override createConnection(options: RequestOptions, created?: Created): undefined {
    hand(this.#connect(options), created);
  }

  async #connect(options: RequestOptions): Promise<Socket> {
    const context = this.#pinned === undefined ? this.#roots.context() : undefined;
    const open = (tunnelled: Created): Duplex | null | undefined =>
      super.createConnection(
        {
          ...options,
          timeout: 0,
          // Judged below, in one place for pinned and unpinned certificates, before the connection is handed out.
          rejectUnauthorized: false,
          ...(context === undefined ? {} : { secureContext: context }),
        },
        tunnelled,
      );
    const socket = await standing(this.#way, open, this.#way.proxy !== undefined);
    const wrong =
      socket instanceof TLSSocket
        ? judge(socket, this.#way.serverName, this.#pinned)
        : new TypeError('an https connection without TLS');
    if (wrong === undefined) return socket;
    socket.on('error', () => undefined).destroy();
    const doubtful = this.#pinned === undefined && socket instanceof TLSSocket && isUnknownIssuer(socket);
    if (doubtful && this.#roots.widen(context)) return this.#connect(options);
    throw wrong;
  }
}

const hand = (connection: Promise<Socket>, created: Created | undefined): void => {
  connection.then(
    (socket) => created?.(null, socket),
    (error: unknown) => {
      // The stream goes with success only; the types of Node ask for one always.
      (created as ((error: unknown) => void) | undefined)?.(error);
    },
  );
};

export type Agents = { readonly http: HttpAgent; readonly https: HttpsAgent };

/** The agents of one server for one way to it, straight or through a proxy. */
export const agentsFor = (
  serverName: string,
  proxy: URL | undefined,
  { lookup, ...trust }: Trust & { readonly lookup?: Lookup },
): Agents => {
  const way: Way = { serverName, proxy, ...(lookup === undefined ? {} : { lookup }) };
  return { http: new PlainAgent(way), https: new SecureAgent(way, trust) };
};
