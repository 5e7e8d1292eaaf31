import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RemoteShareView, ServerView } from '../../preload/contract.ts';
import { AccountShares } from './account-shares.svelte.ts';
import { App } from '../client/app.svelte.ts';
import { CallError, type Client } from '../client/client.ts';
import { revokeDelay } from './delay.ts';
import { isExpired } from './terms.ts';
import type { Transport } from '../client/transport.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  vi.stubGlobal('document', { hidden: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const day = 86_400_000;
const share = (n: number, more: Partial<RemoteShareView> = {}): RemoteShareView => ({
  id: `s${n}`,
  link: `https://cloud.example/s/s${n}`,
  name: `file ${n}`,
  createdAt: n,
  expired: false,
  ...more,
});

/** A window over an account, three shares a page; the newest has the highest number. */
const desk = (count: number) => {
  let there = Array.from({ length: count }, (_, n) => share(count - n));
  const calls: string[] = [];
  const refuses = new Map<string, string>();
  let breaks: CallError | undefined;
  const client = {
    on: () => () => undefined,
    call: (name: string, input: { after?: string; ids?: readonly string[] }) => {
      calls.push(`${name} ${input.after ?? input.ids?.join(',') ?? ''}`.trim());
      if (breaks !== undefined) return Promise.reject(breaks);
      if (name === 'shares.revokeRemote') {
        const gone = (input.ids ?? []).filter((id) => !refuses.has(id));
        there = there.filter(({ id }) => !gone.includes(id));
        const refused = (input.ids ?? []).filter((id) => refuses.has(id));
        return Promise.resolve({
          revoked: gone,
          refused: refused.map((id) => ({ id, problem: { code: 'x', params: {}, message: refuses.get(id) } })),
        });
      }
      const from = Number(input.after ?? 0);
      const next = from + 3 < there.length ? { next: String(from + 3) } : {};
      return Promise.resolve({ rows: there.slice(from, from + 3), ...next });
    },
  };
  const app = new App(client as unknown as Client, { onState: () => undefined } as unknown as Transport);
  const shares = new AccountShares(app);
  shares.choose('nord');
  return {
    app,
    shares,
    calls,
    refuses,
    names: () => shares.groups.flatMap(({ rows }) => rows.map(({ key }) => key)),
    put: (...more: readonly RemoteShareView[]) => (there = [...more, ...there]),
    set: (rows: readonly RemoteShareView[]) => (there = [...rows]),
    break: (error: CallError | undefined) => (breaks = error),
  };
};

test('an account is read page by page, the newest first, each share once', async () => {
  const { shares, names, put } = desk(7);
  await shares.load();
  expect([names(), shares.more]).toEqual([['s7', 's6', 's5'], true]);
  // One more was made meanwhile: the next page begins with one that is known.
  put(share(8));
  await shares.loadMore();
  await shares.loadMore();
  expect([names(), shares.more]).toEqual([['s7', 's6', 's5', 's4', 's3', 's2', 's1'], false]);
  await shares.loadMore();
  await shares.load();
  expect(names()).toEqual(['s8', 's7', 's6', 's5', 's4', 's3', 's2', 's1']);
});

test('a share that moved to the next page while the account was read is one row', async () => {
  const { shares, names, set } = desk(6);
  await shares.load();
  await shares.loadMore();
  set([share(9), share(8), share(7), share(7), share(6)]);
  await shares.load();
  expect(names()).toEqual(['s9', 's8', 's7', 's6']);
});

test('two wishes for more ask once', async () => {
  const { shares, calls } = desk(7);
  await shares.load();
  await Promise.all([shares.loadMore(), shares.loadMore()]);
  expect(calls).toEqual(['shares.remote', 'shares.remote 3']);
});

test('a look at the newest keeps what is known of the rest, and drops what is gone', async () => {
  const { shares, names, set } = desk(6);
  const stop = shares.watch();
  await shares.load();
  await shares.loadMore();
  set([7, 6, 4, 3, 2, 1].map((n) => share(n)));
  shares.lookSoon();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(names()).toEqual(['s7', 's6', 's4', 's3', 's2', 's1']);
  stop();
});

test('a search and a tab look through what is known; rows keep their numbers', async () => {
  const { shares, names, set } = desk(0);
  const now = Date.now();
  set([
    share(3, { name: 'Übergabe.pdf', expiresAt: now + day / 2 }),
    share(2, { name: 'b', expired: true, downloads: { left: 0, counted: 3 } }),
    share(1, { name: 'c', expiresAt: now - day, expired: true }),
  ]);
  await shares.load();
  const ids = shares.rows.map(({ id }) => id);
  shares.searchFor('ÜBERGABE');
  expect(names()).toEqual(['s3']);
  shares.searchFor('');
  shares.show('soon');
  expect(names()).toEqual(['s3']);
  shares.show('expired');
  expect(names()).toEqual(['s2', 's1']);
  shares.show('all');
  await shares.load();
  expect(shares.rows.map(({ id }) => id)).toEqual(ids);
});

test('a revocation waits for the time to undo, is sent by the account, and what is refused says why', async () => {
  const { app, shares, names, calls, refuses } = desk(3);
  refuses.set('s2', 'Nord does not allow that.');
  await shares.load();
  shares.revoke(shares.rows);
  expect(shares.leaving.size).toBe(3);
  const [kept] = shares.rows;
  shares.undo(kept?.id ?? 0);
  await vi.advanceTimersByTimeAsync(revokeDelay);
  expect(calls).toContain('shares.revokeRemote s2,s1');
  expect(names()).toEqual(['s3', 's2']);
  const refused = shares.rows.find(({ key }) => key === 's2');
  expect(shares.refusals.get(refused?.id ?? 0)).toBe('Nord does not allow that.');
  expect(app.slips.all.at(-1)?.text).toBe('Nord does not allow that.');
});

test('what has ended is still there and can be taken away', async () => {
  const { shares, set } = desk(0);
  set([share(1, { expired: true, expiresAt: 1 })]);
  await shares.load();
  expect(shares.rows.every((row) => shares.mayRevoke(row))).toBe(true);
});

test('a server that is signed out says so in place of its links, and shows them when it answers again', async () => {
  const { shares, names, break: breaks } = desk(2);
  const problem = { code: 'signed-out', params: {}, message: 'You are signed out.', action: 'sign-in' };
  breaks(new CallError(problem));
  await shares.load();
  expect([shares.failure, names(), shares.loaded]).toEqual([problem, [], true]);
  breaks(undefined);
  await shares.load();
  expect([shares.failure, names()]).toEqual([undefined, ['s2', 's1']]);
});

test('another account begins anew, and what the first answers late is not shown', async () => {
  const { shares, names } = desk(2);
  const late = shares.load();
  shares.choose('other');
  expect([shares.rows, shares.loaded]).toEqual([[], false]);
  await Promise.all([late, shares.load()]);
  expect(shares.rows.map(({ serverId }) => serverId)).toEqual(['other', 'other']);
  shares.choose(undefined);
  expect(names()).toEqual([]);
});

test('revoking says that the file stays only where the server says so, not because it lists its shares', async () => {
  const server = (revokeKeepsFile: boolean, revokeNeedsKey: boolean): ServerView =>
    ({
      id: 'nord',
      name: 'nord',
      capabilities: { listShares: true, revoke: true, revokeKeepsFile, revokeNeedsKey },
    }) as unknown as ServerView;
  const shown = async (one: ServerView): Promise<readonly boolean[]> => {
    const { app, shares } = desk(1);
    app.servers = [one];
    await shares.load();
    const [row] = shares.rows;
    return row === undefined ? [] : [shares.keepsFile(row), shares.mayRevoke(row)];
  };
  expect(await shown(server(true, false))).toEqual([true, true]);
  expect(await shown(server(false, true))).toEqual([false, false]);
});

test('countdowns of links stand while the window is hidden, and go by seconds while it is seen', async () => {
  const { shares } = desk(1);
  await shares.load();
  const stop = shares.watch();
  shares.leaving = new Map([[1, Date.now() + 5_000]]);
  const began = shares.now;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shares.now).toBe(began);
  vi.stubGlobal('document', { hidden: false });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shares.now).toBe(began + 61_000);
  stop();
});

test('the last minute of a link goes by seconds, and it is shown as expired as soon as it is', async () => {
  vi.stubGlobal('document', { hidden: false });
  const { shares } = desk(1);
  await shares.load();
  const [row] = shares.rows;
  if (row === undefined) throw new Error('no row');
  const expiresAt = Date.now() + 62_500;
  shares.rows = [{ ...row, expiresAt }];
  const stop = shares.watch();
  const began = shares.now;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(shares.now).toBe(began);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shares.now).toBe(began + 3_000);
  await vi.advanceTimersByTimeAsync(59_000);
  expect([shares.now, isExpired({ createdAt: 0, expiresAt }, shares.now)]).toEqual([began + 62_000, false]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isExpired({ createdAt: 0, expiresAt }, shares.now)).toBe(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(shares.now).toBe(began + 63_000);
  stop();
});
