import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

export interface LinkOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** There and back, ms; half of it each way. */
  readonly rttMs?: number;
  /** In each direction, for all connections together. */
  readonly bytesPerSecond?: number;
  /** 0 takes a free one. */
  readonly port?: number;
}

export interface LinkBlock {
  /** New connections are reset. Without it they are taken and nothing comes of them. */
  readonly refuse?: boolean;
}

/** A network between a client and a server, in one process. */
export interface Link {
  readonly url: string;
  readonly port: number;
  /** Resets every connection, on both sides; what was under way is lost. */
  readonly cut: () => void;
  /** True: not a byte passes, nor the news that a side has closed, until it is false again: as with a pulled cable. */
  readonly block: (on: boolean, how?: LinkBlock) => void;
  /** Changes rate and delay for what comes from now on. */
  readonly shape: (shape: Pick<LinkOptions, 'rttMs' | 'bytesPerSecond'>) => void;
  /** Bytes that have been passed on, up to the server and down to the client. */
  readonly passed: { readonly up: number; readonly down: number };
  readonly close: () => Promise<void>;
}

/** A piece on its way: when its last byte arrives, and where. */
interface Parcel {
  readonly due: number;
  readonly deliver: () => void;
}

/** Bytes that a router in between would hold, beyond what is under way on the wire. */
const BUFFER_BYTES = 512 * 1024;
/** Pieces are cut to this size, so that a rate is smooth and connections share it fairly. */
const QUANTUM = 16 * 1024;

/** Starts a link to a server: its address takes the place of the server's. */
export async function startLink({
  target,
  port = 0,
  rttMs = 0,
  bytesPerSecond = Infinity,
}: LinkOptions): Promise<Link> {
  const up = new Lane(rttMs / 2, bytesPerSecond);
  const down = new Lane(rttMs / 2, bytesPerSecond);
  const sockets = new Set<Socket>();
  let refuses = false;
  let roundTrip = rttMs;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (refuses) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    // the handshake of TCP is over at once here: its round trip is given to the first bytes
    up.carry(client, upstream, roundTrip);
    down.carry(upstream, client, 0);
    for (const [socket, other, lane] of [
      [client, upstream, up],
      [upstream, client, down],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => lane.send(0, () => other.resetAndDestroy()));
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const cut = (): void => {
    up.clear();
    down.clear();
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    cut,
    block(on, { refuse = false } = {}) {
      refuses = on && refuse;
      up.block(on);
      down.block(on);
    },
    shape(shape) {
      roundTrip = shape.rttMs ?? roundTrip;
      for (const lane of [up, down]) lane.shape(roundTrip / 2, shape.bytesPerSecond);
    },
    get passed() {
      return { up: up.passed, down: down.passed };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/** One direction: pieces go through one after the other at its rate, and arrive its delay later. */
class Lane {
  #delay: number;
  #bytesPerMs: number;
  /** When the wire has taken all that was given to it. */
  #free = 0;
  readonly #parcels: Parcel[] = [];
  readonly #held = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;
  #blocked = false;
  passed = 0;

  constructor(delayMs: number, bytesPerSecond: number) {
    this.#delay = delayMs;
    this.#bytesPerMs = bytesPerSecond / 1000;
  }

  shape(delayMs: number, bytesPerSecond: number | undefined): void {
    this.#delay = delayMs;
    if (bytesPerSecond !== undefined) this.#bytesPerMs = bytesPerSecond / 1000;
  }

  block(on: boolean): void {
    this.#blocked = on;
    if (!on) this.#arrange();
  }

  clear(): void {
    this.#parcels.length = 0;
    this.#free = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#releaseSources();
  }

  /** Carries what one socket says to the other; the first byte leaves `handshake` ms from now at the soonest. */
  carry(from: Socket, to: Socket, handshake: number): void {
    const start = performance.now() + handshake;
    from.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += QUANTUM) {
        const piece = bytes.subarray(at, at + QUANTUM);
        this.send(
          piece.length,
          () => {
            this.passed += piece.length;
            // a receiver that does not read holds the sender back, as its window would
            if (!to.destroyed && !to.write(piece)) this.#holdUntilDrained(from, to);
          },
          start,
        );
      }
      if (this.#isFull()) {
        this.#held.add(from);
        from.pause();
      }
    });
    from.on('end', () => this.send(0, () => to.end(), start));
  }

  /** Puts something on the wire that takes the time of so many bytes. */
  send(bytes: number, deliver: () => void, earliest = 0): void {
    this.#free = Math.max(this.#free, performance.now(), earliest) + bytes / this.#bytesPerMs;
    this.#parcels.push({ due: this.#free + this.#delay, deliver });
    this.#arrange();
  }

  /** The wire holds what fits in its delay, and the router before it a little more. */
  #isFull(): boolean {
    const waiting = (this.#free - performance.now()) * this.#bytesPerMs;
    return this.#blocked ? this.#parcels.length * QUANTUM > BUFFER_BYTES : waiting > BUFFER_BYTES;
  }

  #holdUntilDrained(from: Socket, to: Socket): void {
    from.pause();
    to.once('drain', () => {
      if (!this.#held.has(from)) from.resume();
    });
  }

  #arrange(): void {
    const first = this.#parcels[0];
    if (this.#blocked || this.#timer || !first) return;
    this.#timer = setTimeout(() => this.#deliverDue(), Math.max(0, Math.floor(first.due - performance.now())));
  }

  #deliverDue(): void {
    this.#timer = undefined;
    if (this.#blocked) return;
    // a timer counts whole milliseconds: what falls into the next one is not made to wait for another
    const until = performance.now() + 0.5;
    let count = 0;
    for (const { due } of this.#parcels) {
      if (due > until) break;
      count++;
    }
    for (const { deliver } of this.#parcels.splice(0, count)) deliver();
    if (!this.#isFull()) this.#releaseSources();
    this.#arrange();
  }

  #releaseSources(): void {
    for (const socket of this.#held) socket.resume();
    this.#held.clear();
  }
}
