import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { repeatable } from '../../preload/repeatable.ts';
import type { Reply } from '../../preload/window.ts';
import type { LinkState, Transport } from './transport.ts';

type Asked = {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  readonly resolve: (reply: Reply) => void;
  sent: boolean;
};

/** Waits between attempts, ms: short at first, for a host that was only restarted. */
const waits = [150, 300, 600, 1_000, 2_000, 5_000] as const;
/** ms until an attempt without an answer ends: a browser's own limit is some minutes. */
const answerWithin = 10_000;

/** The reply to a call that lost its connection before the answer arrived, and that must not be sent twice. */
const broken = (): Reply => ({ ok: false, error: problemView(problem('owner-gone')) });

/**
 * A browser: a WebSocket that is opened again whenever it closes. Calls that are made in between wait. Calls that were
 * waiting for an answer are sent again where that is harmless.
 *
 * @param address of the socket
 * @param mayEnter asks the host whether this browser is signed in; `undefined` where it cannot be asked now
 */
export const socketTransport = (address: URL, mayEnter: () => Promise<boolean | undefined>): Transport => {
  const asked = new Map<number, Asked>();
  const listeners = new Set<(event: string, payload: unknown) => void>();
  const states = new Set<(state: LinkState) => void>();
  let state: LinkState = 'connecting';
  let socket: WebSocket | undefined;
  let nextId = 0;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const become = (next: LinkState): void => {
    if (state === next) return;
    state = next;
    for (const listener of states) listener(next);
  };
  const send = (one: Asked): void => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    one.sent = true;
    socket.send(JSON.stringify({ id: one.id, call: one.name, input: one.input }));
  };
  const receive = (text: string): void => {
    const message = JSON.parse(text) as { id?: number; event?: string; payload?: unknown } & Reply;
    if (typeof message.event === 'string') {
      for (const listener of listeners) listener(message.event, message.payload);
      return;
    }
    const one = asked.get(message.id ?? -1);
    if (one === undefined) return;
    asked.delete(one.id);
    one.resolve(message.ok ? { ok: true, value: message.value } : { ok: false, error: message.error });
  };
  const lost = async (): Promise<void> => {
    socket = undefined;
    for (const one of [...asked.values()].filter((each) => each.sent)) {
      if (repeatable.has(one.name as never)) one.sent = false;
      else {
        asked.delete(one.id);
        one.resolve(broken());
      }
    }
    become('lost');
    const allowed = await mayEnter();
    if (allowed === false) {
      become('signed-out');
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(open, waits[Math.min(failures++, waits.length - 1)]);
  };
  const open = (): void => {
    clearTimeout(timer);
    if (socket !== undefined) return;
    const made = new WebSocket(address);
    socket = made;
    const patience = setTimeout(() => made.close(), answerWithin);
    made.addEventListener('open', () => {
      clearTimeout(patience);
      failures = 0;
      become('open');
      // Who hears of the connection asks at once: that is sent already.
      for (const one of asked.values()) if (!one.sent) send(one);
    });
    made.addEventListener('message', ({ data }) => receive(String(data)));
    made.addEventListener('close', () => {
      clearTimeout(patience);
      void lost();
    });
  };
  open();
  return {
    request: (name, input, signal) =>
      new Promise((resolve) => {
        const one: Asked = { id: nextId++, name, input, resolve, sent: false };
        asked.set(one.id, one);
        send(one);
        signal?.addEventListener('abort', () => {
          if (!asked.delete(one.id)) return;
          if (one.sent && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ cancel: one.id }));
          resolve(broken());
        });
      }),
    listen: (listener) => {
      listeners.add(listener);
    },
    onState: (listener) => {
      states.add(listener);
      listener(state);
    },
    retry: () => {
      failures = 0;
      if (socket?.readyState === WebSocket.CONNECTING) socket.close();
      else open();
    },
  };
};
