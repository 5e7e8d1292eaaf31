import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HeldItem } from '../add/drop-entries.ts';
import type { InboxAnswer, InboxPort } from '../add/inbox-upload.ts';
import { Inbox, waitingId } from '../add/inbox.svelte.ts';
import { Incoming } from '../add/incoming.svelte.ts';
import { noteLost } from '../add/lost-page.ts';
import { incomingRows } from './incoming-rows.ts';

const token = 'ab'.repeat(16);
const held = (name: string): HeldItem => ({
  name,
  folder: false,
  files: [{ path: name, file: new File(['12345'], name) }],
});

/** A host that has a file when the test says so, as a transfer of that id. */
class FakeHost implements InboxPort {
  readonly ended: string[] = [];
  readonly #arrivals = new Map<string, () => void>();

  announce(): Promise<InboxAnswer> {
    return Promise.resolve({ status: 200, body: { token } });
  }
  put(way: string, file: File, onSent: (bytes: number) => void, signal: AbortSignal): Promise<InboxAnswer> {
    return new Promise((resolve) => {
      onSent(2);
      signal.addEventListener('abort', () => resolve({ status: 0, body: null }));
      const id = Number(way.split('/')[1]) + 1;
      const queued = { added: [id], refused: [], notices: [] };
      this.#arrivals.set(file.name, () => resolve({ status: 200, body: { queued } }));
    });
  }
  end(which: string): Promise<void> {
    this.ended.push(which);
    return Promise.resolve();
  }
  readable(): Promise<boolean> {
    return Promise.resolve(true);
  }
  wait(): Promise<void> {
    return Promise.resolve();
  }
  async arrives(name: string): Promise<void> {
    await vi.waitUntil(() => this.#arrivals.has(name));
    this.#arrivals.get(name)?.();
  }
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

const names = (inbox: Inbox): readonly string[] =>
  incomingRows(inbox, { serverId: undefined, search: '' }).map(({ name }) => name);

test('what is received has rows of its own, and what waits has one, until its transfers are shown', async () => {
  const host = new FakeHost();
  const inbox = new Inbox(host);
  const told = vi.fn();
  inbox.onQueued(told);
  const work = inbox.receive([held('a'), held('b'), held('c'), held('d')], { serverId: 's' });
  expect(names(inbox)).toEqual(['4 files are waiting to be received']);
  await vi.waitUntil(() => inbox.rows.length === 2);
  expect(names(inbox)).toEqual(['a', 'b', '2 files are waiting to be received']);
  expect(inbox.waiting).toEqual({ count: 2, bytes: 10 });
  await host.arrives('a');
  await vi.waitUntil(() => inbox.rows.length === 3);
  // It stays where it was until its transfer takes its place.
  expect(names(inbox)).toEqual(['a', 'b', 'c', '1 file is waiting to be received']);
  expect(inbox.rows[0]).toMatchObject({ ids: [1], percent: 100 });
  expect(told).toHaveBeenCalledTimes(1);
  inbox.settle(inbox.rows.filter(({ ids }) => ids.length > 0));
  expect(names(inbox)).toEqual(['b', 'c', '1 file is waiting to be received']);
  for (const name of ['b', 'c', 'd']) await host.arrives(name);
  expect(await work).toMatchObject({ added: [1, 2, 3, 4], left: 0, cancelled: false });
  expect(inbox.waiting).toEqual({ count: 0, bytes: 0 });
});

test('one is cancelled alone, and what waits is cancelled without what is received', async () => {
  const host = new FakeHost();
  const inbox = new Inbox(host);
  const work = inbox.receive([held('a'), held('b'), held('c')], {});
  await vi.waitUntil(() => inbox.rows.length === 2);
  inbox.cancel(waitingId);
  expect(names(inbox)).toEqual(['a', 'b']);
  inbox.cancel(inbox.rows[0]?.id ?? 0);
  expect(names(inbox)).toEqual(['b']);
  await host.arrives('b');
  expect(await work).toMatchObject({ added: [2], left: 2, cancelled: true });
  expect(host.ended).toEqual([token]);
  // What is dropped next is received.
  const next = inbox.receive([held('e')], {});
  await host.arrives('e');
  expect(await next).toMatchObject({ added: [1], cancelled: false });
});

test('rows of another server, or of another name, are in no view of these', () => {
  const row = (id: number, name: string, serverId: string): Incoming =>
    new Incoming({ id, name, serverId, size: 5, files: 1 });
  const inbox = { rows: [row(-2, 'Report.pdf', 'nas'), row(-3, 'b.txt', 'other')], waiting: { count: 3, bytes: 15 } };
  const shown = (serverId: string | undefined, search: string): readonly number[] =>
    incomingRows(inbox, { serverId, search }).map(({ id }) => id);
  expect(shown('nas', '')).toEqual([-2, waitingId]);
  expect(shown(undefined, 'REPORT')).toEqual([-2]);
});

test('speed is an average of seconds, and is no less than nothing where a file starts over', () => {
  let at = 0;
  const item = new Incoming({ id: -2, name: 'a', serverId: undefined, size: 10_000, files: 1 }, () => at);
  expect([item.rate, item.leftMs]).toEqual([undefined, undefined]);
  for (const sent of [1_000, 2_000, 3_000, 4_000]) {
    at += 1_000;
    item.moved(sent, 0);
  }
  expect([item.rate, item.leftMs, item.percent]).toEqual([1_000, 6_000, 40]);
  at += 1_000;
  item.moved(0, 0);
  expect(item.percent).toBe(0);
  at += 1_000;
  item.moved(500, 0);
  expect(item.rate).toBe(500);
  item.moved(10_000, 0);
  expect(item.percent).toBe(99);
});

test('what a page was receiving when it was loaded again is named once, and removed from the host', async () => {
  const host = new FakeHost();
  noteLost({ tokens: [token], names: ['a', 'b'] });
  expect(await new Inbox(host).lost()).toEqual(['a', 'b']);
  expect(host.ended).toEqual([token]);
  expect(await new Inbox(host).lost()).toEqual([]);
  sessionStorage.setItem('stevedore-receiving', '{"tokens": 7, "names": [1, "c"]');
  expect(await new Inbox(host).lost()).toEqual([]);
});
