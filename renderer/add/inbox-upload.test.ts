import { describe, expect, it } from 'vitest';
import type { HeldItem } from './drop-entries.ts';
import { upload, type Added, type InboxAnswer, type InboxPort, type ItemWatch } from './inbox-upload.ts';

const held = (name: string, ...paths: readonly string[]): HeldItem => ({
  name,
  folder: paths.length > 0,
  files: (paths.length > 0 ? paths.map((path) => `${name}/${path}`) : [name]).map((path) => ({
    path,
    file: new File(['12345'], path.split('/').at(-1) ?? path),
  })),
});

const token = 'ab'.repeat(16);
const queued = (...added: number[]): InboxAnswer => ({
  status: 200,
  body: { queued: { added, refused: [], notices: [] } satisfies Added },
});
const problem = { code: 'x', params: {}, message: 'No room.' };

/** A host whose answers are given by the place of a file; others are taken. */
class FakeHost implements InboxPort {
  readonly puts: string[] = [];
  readonly waits: number[] = [];
  readonly ended: string[] = [];
  announced: unknown;
  atOnce = 0;
  mostAtOnce = 0;
  announcing: InboxAnswer[] = [];
  answers: Record<string, InboxAnswer[]> = {};
  onPut: (place: string) => void = () => undefined;
  isReadable = true;

  announce(body: object): Promise<InboxAnswer> {
    this.announced = body;
    return Promise.resolve(this.announcing.shift() ?? { status: 200, body: { token } });
  }
  async put(way: string, file: File, onSent: (bytes: number) => void, signal: AbortSignal): Promise<InboxAnswer> {
    const place = way.replace(`${token}/`, '');
    this.puts.push(place);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    onSent(2);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.atOnce--;
    this.onPut(place);
    if (signal.aborted) return { status: 0, body: null };
    onSent(file.size);
    return this.answers[place]?.shift() ?? { status: 200, body: {} };
  }
  end(token: string): Promise<void> {
    this.ended.push(token);
    return Promise.resolve();
  }
  readable(): Promise<boolean> {
    return Promise.resolve(this.isReadable);
  }
  wait(ms: number): Promise<void> {
    this.waits.push(ms);
    return Promise.resolve();
  }
}

const never = new AbortController().signal;
const send = (
  host: FakeHost,
  items: readonly HeldItem[],
  terms = {},
  signal = never,
  watch: Partial<ItemWatch> = {},
): ReturnType<typeof upload> =>
  upload(host, items, terms, signal, {
    opened: () => undefined,
    begins: () => signal,
    moved: () => undefined,
    ended: () => undefined,
    ...watch,
  });
const broken: InboxAnswer = { status: 0, body: null };

describe('files on their way to the inbox', () => {
  it('go item by item in their order, two at once, and end nothing that is whole', async () => {
    const host = new FakeHost();
    host.answers = { '0/0': [queued(1)], '1/1': [queued(2, 3)], '2/0': [queued(4)] };
    const outcome = await send(host, [held('a'), held('box', 'x', 'y'), held('c')], { serverId: 's' });
    expect(host.puts).toEqual(['0/0', '1/0', '1/1', '2/0']);
    expect(host.mostAtOnce).toBe(2);
    expect(host.announced).toEqual({
      items: [
        { files: [{ path: 'a', size: 5 }] },
        {
          files: [
            { path: 'box/x', size: 5 },
            { path: 'box/y', size: 5 },
          ],
        },
        { files: [{ path: 'c', size: 5 }] },
      ],
      options: { serverId: 's' },
    });
    expect(outcome).toMatchObject({ missing: [], left: 0, cancelled: false });
    expect([...outcome.added].sort()).toEqual([1, 2, 3, 4]);
    expect(host.ended).toEqual([]);
  });

  it('begin anew where the connection breaks, three times with longer waits', async () => {
    const host = new FakeHost();
    host.answers = { '0/0': [broken, { status: 502, body: null }, { status: 408, body: null }, queued(1)] };
    expect(await send(host, [held('a')])).toMatchObject({ added: [1], missing: [] });
    expect(host.puts).toEqual(['0/0', '0/0', '0/0', '0/0']);
    expect(host.waits).toEqual([1_000, 3_000, 9_000]);
  });

  it('are given up after that; the others arrive, and what is half is removed', async () => {
    const host = new FakeHost();
    host.answers = { '0/0': Array.from({ length: 9 }, () => broken), '1/0': [queued(7)] };
    const outcome = await send(host, [held('box', 'x', 'y'), held('b')]);
    expect(outcome).toMatchObject({ added: [7], missing: [{ name: 'box', why: 'broken' }], left: 0 });
    expect(host.puts.filter((place) => place === '0/0')).toHaveLength(4);
    expect(host.ended).toEqual([token]);
  });

  it('are not tried again where the browser cannot read them any more', async () => {
    const host = new FakeHost();
    host.isReadable = false;
    host.answers = { '0/0': [broken] };
    expect((await send(host, [held('a')])).missing).toEqual([{ name: 'a', why: 'unreadable' }]);
    expect(host.puts).toEqual(['0/0']);
  });

  it('stop as a whole where the host refuses more than one of them', async () => {
    const host = new FakeHost();
    host.answers = { '0/0': [{ status: 507, body: { error: problem } }] };
    const outcome = await send(host, [held('a'), held('b'), held('c'), held('d')]);
    expect(outcome.stopped).toEqual(problem);
    expect(host.puts.length).toBeLessThanOrEqual(2);
    expect(outcome.left).toBeGreaterThanOrEqual(3);
    expect(host.ended).toEqual([token]);
  });

  it('say in the words of the host why one was not queued, and go on with the next', async () => {
    const host = new FakeHost();
    host.answers = { '0/0': [{ status: 422, body: { error: problem } }], '1/0': [queued(2)] };
    expect(await send(host, [held('a'), held('b')])).toMatchObject({
      added: [2],
      missing: [{ name: 'a', why: 'refused', problem }],
    });
  });

  it('end at once when they are cancelled, and what is whole stays', async () => {
    const host = new FakeHost();
    const cancel = new AbortController();
    host.answers = { '0/0': [queued(1)], '1/0': [queued(2)] };
    host.onPut = (place) => place === '2/0' && cancel.abort();
    const outcome = await send(host, [held('a'), held('b'), held('c'), held('d')], {}, cancel.signal);
    expect(outcome).toMatchObject({ added: [1, 2], cancelled: true, left: 2, missing: [] });
    expect(host.ended).toEqual([token]);
  });

  it('come with one link for all, or not at all', async () => {
    const host = new FakeHost();
    host.answers = { '0/0': [{ status: 400, body: { error: problem } }] };
    const outcome = await send(host, [held('a'), held('b'), held('c')], { group: true });
    expect(outcome).toMatchObject({ added: [], left: 2, missing: [{ name: 'a' }] });
    expect(host.ended).toEqual([token]);
  });

  it('tell what has left: it falls where a file begins anew, and ends at all of it', async () => {
    const host = new FakeHost();
    host.answers = { '0/0': [broken, queued(1)] };
    const told: number[] = [];
    await send(host, [held('a')], {}, never, { moved: (_, bytes) => told.push(bytes) });
    expect(told).toEqual([2, 5, 0, 2, 5, 5]);
  });

  it('are named without the folders of the inbox where the host refuses them', async () => {
    const path = `/home/me/.config/Stevedore/inbox/${token}/0/trip/empty.txt`;
    const refused = { path, problem: { ...problem, message: `${path} is empty.` } };
    const host = new FakeHost();
    host.answers = { '0/0': [{ status: 200, body: { queued: { added: [], refused: [refused], notices: [] } } }] };
    expect((await send(host, [held('trip', 'empty.txt')])).refused).toEqual([
      { path: 'trip/empty.txt', problem: { ...problem, message: 'trip/empty.txt is empty.' } },
    ]);
  });

  it('that the server does not take are not sent, and the others of their folder are', async () => {
    const host = new FakeHost();
    host.announcing = [
      {
        status: 200,
        body: {
          token,
          refused: [
            { item: 0, file: 1, problem },
            { item: 1, file: 0, problem },
          ],
        },
      },
    ];
    host.answers = { '0/0': [queued(1)] };
    const outcome = await send(host, [held('trip', 'small', 'large'), held('huge')]);
    expect(host.puts).toEqual(['0/0']);
    expect(outcome).toMatchObject({
      added: [1],
      refused: [
        { path: 'trip/large', problem },
        { path: 'huge', problem },
      ],
      missing: [],
      left: 0,
    });
    expect(host.ended).toEqual([]);
  });

  it('of which the server takes none are not sent', async () => {
    const host = new FakeHost();
    host.announcing = [{ status: 200, body: { refused: [{ item: 0, file: 0, problem }] } }];
    expect(await send(host, [held('huge')])).toMatchObject({
      refused: [{ path: 'huge', problem }],
      missing: [],
      left: 0,
    });
    expect(host.puts).toEqual([]);
  });

  it('of one link for all that the server does not take hold the others up no more', async () => {
    const host = new FakeHost();
    host.announcing = [{ status: 200, body: { token, refused: [{ item: 1, file: 0, problem }] } }];
    host.answers = { '2/0': [queued(1, 2)] };
    const outcome = await send(host, [held('a'), held('huge'), held('b')], { group: true });
    expect(outcome).toMatchObject({ added: [1, 2], left: 0, missing: [] });
    expect(host.ended).toEqual([]);
  });

  it('are not sent where the host takes no drop, and it says why', async () => {
    const host = new FakeHost();
    host.announcing = [{ status: 429, body: { error: problem } }];
    expect(await send(host, [held('a')])).toMatchObject({ stopped: problem, left: 1 });
    expect(host.puts).toEqual([]);
  });

  it('of one item alone can be ended, and the others arrive', async () => {
    const host = new FakeHost();
    host.answers = { '1/0': [queued(2)], '2/0': [queued(3)] };
    const ending = new AbortController();
    host.onPut = (place) => place === '0/0' && ending.abort();
    const ends: (readonly [number, readonly number[]])[] = [];
    const outcome = await send(host, [held('box', 'x', 'y', 'z'), held('b'), held('c')], {}, never, {
      begins: (item) => (item === 0 ? ending.signal : never),
      ended: (item, ids) => ends.push([item, ids]),
    });
    expect(outcome).toMatchObject({ added: [2, 3], missing: [], left: 1, cancelled: true });
    expect(host.puts).not.toContain('0/2');
    expect(host.ended).toEqual([token]);
    expect(ends).toEqual([
      [1, [2]],
      [2, [3]],
    ]);
  });

  it('that have begun arrive whole where the rest is ended', async () => {
    const host = new FakeHost();
    host.answers = { '0/2': [queued(1, 2, 3)] };
    const rest = new AbortController();
    host.onPut = () => rest.abort();
    const begun: number[] = [];
    const outcome = await send(host, [held('box', 'x', 'y', 'z'), held('b'), held('c')], {}, rest.signal, {
      begins: (item) => {
        begun.push(item);
        return never;
      },
    });
    expect(begun).toEqual([0]);
    expect(outcome).toMatchObject({ added: [1, 2, 3], missing: [], left: 2, cancelled: true });
  });

  it('with one link for all end together when one of them is ended', async () => {
    const host = new FakeHost();
    const ending = new AbortController();
    host.onPut = (place) => place === '0/0' && ending.abort();
    const outcome = await send(host, [held('a'), held('b'), held('c'), held('d')], { group: true }, never, {
      begins: (item) => (item === 0 ? ending.signal : never),
    });
    expect(outcome).toMatchObject({ added: [], left: 4, cancelled: true });
    expect(host.puts).not.toContain('3/0');
  });
});
