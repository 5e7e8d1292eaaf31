/**
 * A proxy of TCP between a client and a server that makes a network as it is: slow, in pieces, dead, or broken at one request
 * that a test names. It is transparent until it is told otherwise, and its address stays the same. What toxiproxy calls latency,
 * bandwidth and slicer is its shape; reset, timeout, slow close and limit data are faults.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { holdPort } from '../peers/held-port.ts';
import { Wire, type WireShape } from './wire.ts';

/** Which request is meant: its first line (`PUT /files/…`), or what that line has to match. */
export type Which = RegExp | string;

/** What befalls one request. */
export type Fault = {
  /** `request`: it does not reach the server. `answer`: it arrives and is carried out, and what it is answered is struck. */
  readonly on: 'request' | 'answer';
  /** Bytes of the request, or of the answer, that still pass; `half`: of the answer's body, or of its head without one. Default: 0. */
  readonly after?: number | 'half';
  /**
   * `reset`: both sides get a RST. `stall`: nothing moves any more, and the connection stays open. `close`: it is closed in order,
   * `afterMs` later. `answer`: that is said in the server's place, and the connection is closed. `until`: it waits until then,
   * and is passed on.
   */
  readonly does:
    | 'reset'
    | 'stall'
    | { readonly close: true; readonly afterMs?: number }
    | { readonly answer: string }
    | { readonly until: Promise<unknown> };
};

type Trap = Fault & { readonly which: Which; readonly sprung: () => void };

export type ProxyOptions = WireShape & {
  /** Its own port; default: a free one. */
  readonly port?: number;
  /** Clients come over TLS, and the server is asked without. PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
};

export type Proxy = {
  readonly url: string;
  readonly port: number;
  /**
   * Is in front of one more server, too, at the address that this gives: what befalls a request befalls it at whichever it
   * comes by first.
   */
  also(target: string, port?: number): Promise<string>;
  /** First lines of the requests that came with a body, in their order. */
  readonly bodies: () => readonly string[];
  /**
   * Strikes the next request that fits, once. The promise resolves when it has; `struck` is called in that same moment, before
   * anything else happens.
   */
  strike(which: Which, fault: Fault, struck?: () => void): Promise<void>;
  /** The request arrives whole and is answered; the answer never arrives. */
  swallowAnswer(which: Which): Promise<void>;
  /** The same, and the connection stays open. */
  mute(which: Which): Promise<void>;
  /** The connection is reset on both sides after so many bytes of the request. */
  cut(which: Which, afterBytes: number): Promise<void>;
  /** Nothing of the request arrives before then. */
  hold(which: Which, until: Promise<unknown>): Promise<void>;
  /** The request arrives whole; its answer only then. */
  holdAnswer(which: Which, until: Promise<unknown>): Promise<void>;
  /** Answered in the server's place. */
  answer(which: Which, status: number, headers: Readonly<Record<string, string>>, body: string): Promise<void>;
  /** Changes rate, delay and pieces for what comes from now on. */
  shape(shape: WireShape): void;
  /** True: not a byte passes, nor the news that a side has closed, until it is false again: as with a pulled cable. */
  block(on: boolean): void;
  /** Resets every connection, on both sides; what was under way is lost. */
  reset(): void;
  /** Refuses connections until `heal`, and ends those that stand. `heal` forgets every fault, too. */
  sever(): Promise<void>;
  heal(): Promise<void>;
  /** Bytes that have been passed on, up to the server and down to the client. */
  readonly passed: { readonly up: number; readonly down: number };
  close(): Promise<void>;
};

const requestLine = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE) \S+/;
const someLength = /^(?:content-length: *[1-9]|transfer-encoding: *chunked)/im;
/** ms in which what was passed on has reached the server, before a RST would take it back. */
const arrivesMs = 50;

/** An answer of HTTP as it is on the wire; the connection ends with it. */
export const rawAnswer = (status: number, headers: Readonly<Record<string, string>>, body: string): string => {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Replaced\r\n${lines.join('')}\r\n${body}`;
};

/** Where an answer is cut in the middle. */
const halfOf = (answer: Buffer): number => {
  const body = answer.indexOf('\r\n\r\n') + 4;
  return body < 4 || body === answer.length ? Math.floor(answer.length / 2) : Math.floor((body + answer.length) / 2);
};

const fits = (which: Which, line: string): boolean => (typeof which === 'string' ? which === line : which.test(line));

/** Starts a proxy in front of `target`, an address of HTTP. */
export const startProxy = async (target: string, options: ProxyOptions = {}): Promise<Proxy> => {
  const { port: ownPort = 0, tls, ...shape } = options;
  const up = new Wire();
  const down = new Wire();
  const open = new Set<Passage>();
  const bodies: string[] = [];
  let trap: Trap | undefined;
  let rttMs = 0;
  const reshape = (next: WireShape): void => {
    rttMs = next.rttMs ?? rttMs;
    for (const wire of [up, down]) wire.shape(next);
  };
  reshape(shape);

  const took = (line: string): Trap | undefined => {
    if (trap === undefined || !fits(trap.which, line)) return undefined;
    const mine = trap;
    trap = undefined;
    return mine;
  };
  const serverFor = (target: string): Server => {
    const { hostname, port } = new URL(target);
    return createServer({ allowHalfOpen: true, noDelay: true }, (raw) => {
      const client = tls === undefined ? raw : new TLSSocket(raw, { isServer: true, ...tls });
      const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
      // The handshake of TCP is over at once here: its round trip is given to the first bytes.
      const earliest = performance.now() + rttMs;
      const passage = new Passage(
        { raw, client, upstream },
        { up, down, earliest },
        {
          begins: (line, hasBody) => {
            if (hasBody) bodies.push(line);
            return took(line);
          },
          over: () => open.delete(passage),
        },
      );
      open.add(passage);
    });
  };
  const fronts: { readonly server: Server; readonly port: number; readonly release: () => void }[] = [];
  const listen = async (server: Server, on: number): Promise<void> => {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
  };
  /** Gives the port. */
  const front = async (target: string, wanted = 0): Promise<number> => {
    const { port, release } = wanted === 0 ? await holdPort() : { port: wanted, release: () => undefined };
    const server = serverFor(target);
    await listen(server, port);
    fronts.push({ server, port, release });
    return port;
  };
  const urlOf = (port: number): string => `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const sever = async (): Promise<void> => {
    for (const passage of open) passage.end();
    for (const { server } of fronts.filter((one) => one.server.listening)) {
      server.close();
      await once(server, 'close');
    }
  };
  const own = await front(target, ownPort);
  const strike: Proxy['strike'] = (which, fault, struck) =>
    new Promise((resolve) => {
      trap = {
        ...fault,
        which,
        sprung: () => {
          struck?.();
          resolve();
        },
      };
    });
  return {
    url: urlOf(own),
    port: own,
    also: async (more, port) => urlOf(await front(more, port)),
    bodies: () => bodies,
    strike,
    swallowAnswer: (which) => strike(which, { on: 'answer', does: 'reset' }),
    mute: (which) => strike(which, { on: 'answer', does: 'stall' }),
    cut: (which, after) => strike(which, { on: 'request', after, does: 'reset' }),
    hold: (which, until) => strike(which, { on: 'request', does: { until } }),
    holdAnswer: (which, until) => strike(which, { on: 'answer', does: { until } }),
    answer: (which, status, headers, body) =>
      strike(which, { on: 'request', does: { answer: rawAnswer(status, headers, body) } }),
    shape: reshape,
    block: (on) => {
      for (const wire of [up, down]) wire.block(on);
    },
    reset: () => {
      for (const wire of [up, down]) wire.clear();
      for (const passage of open) passage.reset();
    },
    sever,
    heal: async () => {
      trap = undefined;
      for (const { server, port } of fronts) if (!server.listening) await listen(server, port);
    },
    get passed() {
      return { up: up.passed, down: down.passed };
    },
    close: async () => {
      for (const wire of [up, down]) wire.clear();
      await sever();
      for (const { release } of fronts) release();
    },
  };
};

/** `raw`: the connection of TCP below the client's. */
type Sides = { readonly raw: Socket; readonly client: Socket; readonly upstream: Socket };
type Way = { readonly up: Wire; readonly down: Wire; readonly earliest: number };
type Watch = {
  /** A request begins: what befalls it. */
  readonly begins: (line: string, hasBody: boolean) => Trap | undefined;
  readonly over: () => void;
};

/** One connection of a client, and the one to the server that belongs to it. */
class Passage {
  readonly #sides: Sides;
  readonly #way: Way;
  readonly #watch: Watch;
  #trap: Trap | undefined;
  /** Bytes of the present request that were passed on. */
  #bytes = 0;
  /** Nothing passes any more, in either direction. */
  #dead = false;
  /** What closes it in its time. */
  #closing: NodeJS.Timeout | undefined;

  constructor(sides: Sides, way: Way, watch: Watch) {
    this.#sides = sides;
    this.#way = way;
    this.#watch = watch;
    const { raw, client, upstream } = sides;
    client.on('data', (data: Buffer) => this.#said(data));
    upstream.on('data', (data: Buffer) => this.#answered(data));
    client.on('end', () => {
      if (!this.#dead) way.up.send(0, () => upstream.end(), way.earliest);
    });
    upstream.on('end', () => {
      if (!this.#dead) way.down.send(0, () => client.end());
    });
    client.on('error', () => way.up.send(0, () => upstream.destroy()));
    upstream.on('error', () => way.down.send(0, () => raw.resetAndDestroy()));
    if (client !== raw) raw.on('error', () => client.destroy());
    client.on('close', () => {
      clearTimeout(this.#closing);
      watch.over();
      // What it said before its end is still on its way.
      way.up.send(0, () => (this.#dead ? upstream.destroy() : upstream.destroySoon()));
    });
    upstream.on('close', () => {
      // What was struck says its own last word.
      if (!this.#dead) way.down.send(0, () => client.destroySoon());
    });
  }

  end(): void {
    const { raw, client, upstream } = this.#sides;
    for (const side of [client, raw, upstream]) side.destroy();
  }

  reset(): void {
    const { raw, upstream } = this.#sides;
    raw.resetAndDestroy();
    upstream.resetAndDestroy();
  }

  #said(data: Buffer): void {
    if (this.#dead) return;
    const head = data.toString('latin1', 0, 8192);
    const line = requestLine.exec(head)?.[0];
    if (line !== undefined) {
      this.#bytes = 0;
      this.#trap = this.#watch.begins(line, someLength.test(head));
    }
    const { client } = this.#sides;
    const trap = this.#trap;
    if (trap?.on !== 'request') {
      this.#up(data);
      return;
    }
    if (typeof trap.does === 'object' && 'until' in trap.does) {
      client.pause();
      void trap.does.until.then(() => {
        this.#up(data);
        client.resume();
      });
      this.#spring();
      return;
    }
    const after = typeof trap.after === 'number' ? trap.after : 0;
    const room = after - this.#bytes;
    if (data.length < room) {
      this.#up(data);
      return;
    }
    this.#up(data.subarray(0, room));
    this.#act(trap, after > 0 ? arrivesMs : 0);
  }

  #answered(data: Buffer): void {
    if (this.#dead) return;
    const { client, upstream } = this.#sides;
    const trap = this.#trap;
    if (trap?.on !== 'answer') {
      this.#way.down.carry(data, upstream, client);
      return;
    }
    if (typeof trap.does === 'object' && 'until' in trap.does) {
      upstream.pause();
      void trap.does.until.then(() => {
        if (!client.destroyed) this.#way.down.carry(data, upstream, client);
        upstream.resume();
      });
      this.#spring();
      return;
    }
    const after = trap.after === 'half' ? halfOf(data) : (trap.after ?? 0);
    if (after > 0) this.#way.down.carry(data.subarray(0, after), upstream, client);
    this.#act(trap, after > 0 ? arrivesMs : 0);
  }

  #up(data: Buffer): void {
    const { client, upstream } = this.#sides;
    this.#bytes += data.length;
    if (data.length > 0 && !upstream.destroyed) this.#way.up.carry(data, client, upstream, this.#way.earliest);
  }

  /** @param ms until what was passed on has arrived */
  #act({ does }: Trap, ms: number): void {
    const { client, upstream } = this.#sides;
    this.#dead = true;
    const later = (wait: number, act: () => void): void => {
      if (wait === 0) act();
      else this.#closing = setTimeout(act, wait);
    };
    if (does === 'reset') later(ms, () => this.reset());
    else if (typeof does === 'object' && 'answer' in does) {
      upstream.destroy();
      client.end(does.answer);
    } else if (typeof does === 'object' && 'close' in does)
      later(does.afterMs ?? ms, () => {
        upstream.destroy();
        client.end();
      });
    this.#spring();
  }

  #spring(): void {
    const sprung = this.#trap?.sprung;
    this.#trap = undefined;
    sprung?.();
  }
}
