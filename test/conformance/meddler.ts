/** Stands between a client and a server, on the level of TCP, and breaks what a test wants broken. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { holdPort } from '../peers/held-port.ts';

/** Which request is meant: matched against its first line, `PUT /files/…`. */
type Which = RegExp;

type Trap =
  /** The request arrives whole and is answered; the answer never does. */
  | { readonly kind: 'swallow'; readonly which: Which }
  /** The same, and the connection stays open. */
  | { readonly kind: 'mute'; readonly which: Which }
  /** The connection is reset on both sides after so many bytes of the request. */
  | { readonly kind: 'cut'; readonly which: Which; readonly after: number }
  /** Nothing of the request arrives before then. */
  | { readonly kind: 'hold'; readonly which: Which; readonly until: Promise<unknown> }
  /** The request arrives whole; its answer only then. */
  | { readonly kind: 'hold-answer'; readonly which: Which; readonly until: Promise<unknown> }
  /** Answered in the server's place. */
  | { readonly kind: 'answer'; readonly which: Which; readonly raw: string };

export type Meddler = {
  readonly url: string;
  /** First lines of the requests that came with a body, in their order. */
  readonly bodies: () => readonly string[];
  /** Acts once, on the next request that fits; the promise resolves when it has. */
  swallowAnswer(which: Which): Promise<void>;
  mute(which: Which): Promise<void>;
  cut(which: Which, afterBytes: number): Promise<void>;
  hold(which: Which, until: Promise<unknown>): Promise<void>;
  holdAnswer(which: Which, until: Promise<unknown>): Promise<void>;
  answer(which: Which, status: number, headers: Readonly<Record<string, string>>, body: string): Promise<void>;
  /** Refuses connections until `heal`, and ends those that stand. `heal` forgets every trap, too. */
  sever(): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
};

const requestLine = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE) \S+/;
const someLength = /^(?:content-length: *[1-9]|transfer-encoding: *chunked)/im;

/** Starts a meddler before `target`, on a port that stays the same: `ownPort`, or a free one. */
export const startMeddler = async (target: string, ownPort = 0): Promise<Meddler> => {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const bodies: string[] = [];
  let trap: (Trap & { readonly sprung: () => void }) | undefined;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    open.add(client).add(upstream);
    let line = '';
    let bytes = 0;
    let mine: typeof trap;
    const reset = (): void => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    const spring = (): void => {
      const sprung = mine;
      mine = undefined;
      sprung?.sprung();
    };
    client.on('data', (data) => {
      const head = data.toString('latin1', 0, 8192);
      const begins = requestLine.exec(head);
      if (begins) {
        line = begins[0];
        bytes = 0;
        if (someLength.test(head)) bodies.push(line);
        if (trap?.which.test(line)) {
          mine = trap;
          trap = undefined;
        }
      }
      if (mine?.kind === 'answer') {
        client.end(mine.raw);
        upstream.destroy();
        spring();
        return;
      }
      if (mine?.kind === 'cut' && bytes + data.length >= mine.after) {
        upstream.write(data.subarray(0, mine.after - bytes), () => setTimeout(reset, 50));
        client.pause();
        spring();
        return;
      }
      const pass = (): void => {
        bytes += data.length;
        if (!upstream.destroyed) upstream.write(data);
      };
      if (mine?.kind === 'hold') {
        client.pause();
        void mine.until.then(() => {
          pass();
          client.resume();
        });
        spring();
      } else pass();
    });
    let muted = false;
    upstream.on('data', (data) => {
      if (mine?.kind === 'mute') {
        muted = true;
        spring();
      }
      if (muted) return;
      if (mine?.kind === 'swallow') {
        reset();
        spring();
        return;
      }
      const pass = (): void => {
        if (!client.destroyed) client.write(data);
      };
      if (mine?.kind === 'hold-answer') {
        upstream.pause();
        void mine.until.then(() => {
          pass();
          upstream.resume();
        });
        spring();
      } else pass();
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => other.destroy());
      socket.on('end', () => other.end());
      socket.on('close', (failed) => {
        open.delete(socket);
        // What it said before its end is still on its way.
        if (failed) other.destroy();
        else other.destroySoon();
      });
    }
  });
  const listen = async (on: number): Promise<void> => {
    server.listen(on, '127.0.0.1');
    await once(server, 'listening');
  };
  const sever = async (): Promise<void> => {
    for (const socket of open) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  const held = ownPort === 0 ? await holdPort() : undefined;
  const own = held?.port ?? ownPort;
  await listen(own);
  const set = (next: Trap): Promise<void> =>
    new Promise((resolve) => {
      trap = { ...next, sprung: resolve };
    });
  return {
    url: `http://127.0.0.1:${own}`,
    bodies: () => bodies,
    swallowAnswer: (which) => set({ kind: 'swallow', which }),
    mute: (which) => set({ kind: 'mute', which }),
    cut: (which, after) => set({ kind: 'cut', which, after }),
    hold: (which, until) => set({ kind: 'hold', which, until }),
    holdAnswer: (which, until) => set({ kind: 'hold-answer', which, until }),
    answer: (which, status, headers, body) => {
      const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      return set({ kind: 'answer', which, raw: `HTTP/1.1 ${status} Meddled\r\n${lines.join('')}\r\n${body}` });
    },
    sever,
    heal: async () => {
      trap = undefined;
      if (!server.listening) await listen(own);
    },
    close: async () => {
      await sever();
      held?.release();
    },
  };
};
