/**
 * The window's connection: JSON messages over a WebSocket, as on the local socket. A request is `{id, call, input}`,
 * its answer `{id, ok, value | error}`, and what is told without being asked `{event, payload}`.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { WindowSide } from '../api/from-client.ts';
import { Running } from '../api/running.ts';

/** Longest message of a browser, bytes: 100,000 paths of usual length. */
const longestMessage = 8 * 1024 * 1024;
/** Bytes that may wait for a browser that does not read; then it is dropped, and may come back. */
const waitingMost = 16 * 1024 * 1024;
/** Requests of one browser that are worked on at once; more are not read. */
const atOnce = 100;
/** Browsers at once. */
const socketsMost = 200;
/** A browser that does not answer from one beat to the next is gone, ms. */
const beatEvery = 30_000;

/** The sign-in behind a socket has ended: coming back is of no use. */
const signedOut = 4401;

export type Sockets = {
  /** Takes over a connection that is to become a socket. `signIn`: the id of the sign-in behind it. */
  readonly take: (request: IncomingMessage, socket: Duplex, head: Buffer, signIn: string) => void;
  /** Ends the sockets of a sign-in. */
  readonly endSignIn: (signIn: string) => void;
  readonly close: () => void;
};

const sizeOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);

export const createSockets = (options: {
  readonly side: WindowSide;
  /** Whether a sign-in has not ended. */
  readonly holds: (signIn: string) => boolean;
  /** Is called for each that opens, with the way to tell it something. */
  readonly onOpen: (say: (message: object) => void) => void;
}): Sockets => {
  const { side, holds, onOpen } = options;
  const server = new WebSocketServer({ noServer: true, maxPayload: longestMessage, perMessageDeflate: false });
  const open = new Map<WebSocket, { readonly signIn: string; alive: boolean }>();
  let closed = false;

  const serve = (socket: WebSocket, signIn: string): void => {
    const state = { signIn, alive: true };
    open.set(socket, state);
    const say = (message: object): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > waitingMost) socket.terminate();
      else socket.send(JSON.stringify(message));
    };
    const stop = side.listen((event, payload) => say({ event, payload }));
    const running = new Running();
    let working = 0;
    const work = async (text: string): Promise<void> => {
      const asked = running.take(text);
      if (asked === 'cancelled') return;
      // Not a message of the contract: there is no answer to it.
      if (asked === undefined) {
        socket.close(1008, 'no request');
        return;
      }
      if (++working >= atOnce) socket.pause();
      const { id, call, input } = asked;
      say({ id, ...(await running.run(id, (signal) => side.answer(call, input, signal))) });
      if (--working < atOnce) socket.resume();
    };
    socket.on('message', (data, isBinary) => {
      // What was on its way when the sign-in ended is not done any more.
      if (socket.readyState !== socket.OPEN) return;
      if (isBinary) socket.close(1003, 'text only');
      else work(sizeOf(data).toString('utf8')).catch(() => socket.terminate());
    });
    socket.on('pong', () => (state.alive = true));
    // The end comes as `close`.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      stop();
      running.cancelAll();
      open.delete(socket);
    });
    onOpen(say);
  };

  const beat = setInterval(() => {
    for (const [socket, state] of open) {
      if (!holds(state.signIn)) socket.close(signedOut, 'signed out');
      else if (!state.alive) socket.terminate();
      else {
        state.alive = false;
        socket.ping();
      }
    }
  }, beatEvery);
  beat.unref();

  return {
    take: (request, socket, head, signIn) => {
      if (closed || open.size >= socketsMost) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (opened) => serve(opened, signIn));
    },
    endSignIn: (signIn) => {
      for (const [socket, state] of open) if (state.signIn === signIn) socket.close(signedOut, 'signed out');
    },
    close: () => {
      closed = true;
      clearInterval(beat);
      for (const socket of open.keys()) socket.close(1001, 'ended');
      // Those that do not answer the farewell are not waited for.
      setTimeout(() => {
        for (const socket of open.keys()) socket.terminate();
      }, 1000).unref();
      server.close();
    },
  };
};
