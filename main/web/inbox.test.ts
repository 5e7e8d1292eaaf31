import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallOutput } from '../../preload/contract.ts';
import { endSignIns } from './host.ts';
import { ask, errorOf, json, TestWindow, until, type Answer, type TestSocket } from './test-window.ts';

let window: TestWindow;
let cookie: string;
let socket: TestSocket;
let serverId: string;
const dialled: Socket[] = [];

const enter = async (options: Parameters<TestWindow['start']>[0] = {}): Promise<void> => {
  await window.start(options);
  cookie = await window.signIn();
  socket = await window.opened(cookie);
  const saved = await socket.call('window.practice');
  ({ serverId } = saved['value'] as { serverId: string });
};
beforeEach(async () => {
  window = await TestWindow.create();
});
afterEach(async () => {
  for (const one of dialled.splice(0)) one.destroy();
  await window.remove();
});

type Files = readonly { readonly path: string; readonly size: number }[];
const announce = (items: readonly Files[], options: object = {}): Promise<Answer> =>
  window.post('/inbox', { items: items.map((files) => ({ files })), options }, { headers: { cookie } });
const drop = async (items: readonly Files[], options: object = {}): Promise<string> => {
  const answer = await announce(items, options);
  expect(answer.status).toBe(200);
  return json(answer)['token'] as string;
};
const put = (token: string, item: number, file: number, body: Buffer, headers = {}): Promise<Answer> =>
  ask(window.port, `/inbox/${token}/${item}/${file}`, { method: 'PUT', body, headers: { cookie, ...headers } });
const queuedBy = (answer: Answer): CallOutput<'transfers.add'> | undefined =>
  json(answer)['queued'] as CallOutput<'transfers.add'> | undefined;
const inInbox = async (): Promise<readonly string[]> => {
  try {
    const all = await readdir(join(window.profile, 'inbox'), { recursive: true, withFileTypes: true });
    return all.map(({ name }) => name);
  } catch {
    // A folder went while it was read.
    return await inInbox();
  }
};
const rows = async (): Promise<CallOutput<'transfers.list'>['rows']> =>
  (await window.client.call('transfers.list', {})).rows;

/** Lets time pass on the window's clock, by and by, until something holds. */
const inTime = (holds: () => boolean | Promise<boolean>): Promise<void> =>
  until(() => {
    window.time += 50;
    return holds();
  });

/** Begins a body, by hand: it ends when the test says so. */
const begin = async (token: string, size: number, first: Buffer): Promise<{ socket: Socket; said: () => string }> => {
  const head = [
    `PUT /inbox/${token}/0/0 HTTP/1.1`,
    `Host: 127.0.0.1:${window.port}`,
    `Origin: http://127.0.0.1:${window.port}`,
    `Cookie: ${cookie}`,
    `Content-Length: ${size}`,
  ];
  const opened = dial(window.port, '127.0.0.1');
  dialled.push(opened);
  let said = '';
  opened.on('data', (data: Buffer) => (said += data.toString()));
  opened.on('error', () => undefined);
  opened.write(`${head.join('\r\n')}\r\n\r\n`);
  opened.write(first);
  await until(async () => (await inInbox()).includes('a.bin'));
  return { socket: opened, said: () => said };
};

describe('files that are dropped in a browser', () => {
  it('are queued when they are whole, sent, and removed when they are done', async () => {
    await enter();
    const bytes = randomBytes(3_000_000);
    const token = await drop([[{ path: 'holiday.jpg', size: bytes.length }]], { serverId });
    const answer = await put(token, 0, 0, bytes);
    const queued = queuedBy(answer);
    expect(queued?.added).toHaveLength(1);
    expect(queued?.dropId).toBeTypeOf('number');
    const [row] = await rows();
    expect(row).toMatchObject({ name: 'holiday.jpg', size: bytes.length });
    expect((await readFile(row?.path ?? '')).equals(bytes)).toBe(true);
    await window.client.call('queue.start', {});
    await until(async () => (await rows())[0]?.state === 'done');
    await until(async () => (await inInbox()).length === 0);
    // The answer of one that was lost on the way is given again.
    expect(queuedBy(await put(token, 0, 0, bytes))).toEqual(queued);
    expect(await rows()).toHaveLength(1);
    const [ready] = (await window.client.call('drops.ready', {})).rows;
    expect(ready).toMatchObject({ id: queued?.dropId, done: 1 });
  });

  it('come item by item, folders whole, into one drop whose links wait for the last', async () => {
    await enter();
    const token = await drop(
      [
        [
          { path: 'trip/one.txt', size: 3 },
          { path: 'trip/day/two.txt', size: 3 },
        ],
        [{ path: 'three.txt', size: 5 }],
      ],
      { serverId },
    );
    expect(queuedBy(await put(token, 0, 1, Buffer.from('two')))).toBeUndefined();
    const folder = queuedBy(await put(token, 0, 0, Buffer.from('one')));
    expect(folder?.added).toHaveLength(2);
    expect((await rows()).map((row) => row.addedFolder?.name)).toEqual(['trip', 'trip']);
    await window.client.call('queue.start', {});
    await until(async () => (await rows()).every(({ state }) => state === 'done'));
    expect((await window.client.call('drops.ready', {})).rows).toEqual([]);
    const file = queuedBy(await put(token, 1, 0, Buffer.from('three')));
    expect(file?.dropId).toBe(folder?.dropId);
    await until(async () => (await window.client.call('drops.ready', {})).rows.length === 1);
    expect((await rows()).map((row) => row.folder.join('/')).sort()).toEqual(['', 'trip', 'trip/day']);
    await until(async () => (await inInbox()).length === 0);
  });

  it('are queued in one call where they are to be a group', async () => {
    await enter();
    const token = await drop([[{ path: 'a', size: 1 }], [{ path: 'b', size: 1 }]], { serverId, group: true });
    expect(queuedBy(await put(token, 1, 0, Buffer.from('b')))).toBeUndefined();
    expect(await rows()).toEqual([]);
    const queued = queuedBy(await put(token, 0, 0, Buffer.from('a')));
    expect(queued?.added).toHaveLength(2);
    expect(queued?.groupId).toBeTypeOf('number');
  });

  it('are removed when their transfer is cancelled or taken out, and kept while it waits for a person', async () => {
    await enter();
    const ids: number[] = [];
    for (const path of ['stays.txt', 'cancelled.txt', 'removed.txt']) {
      const token = await drop([[{ path, size: 4 }]], { serverId, paused: true });
      ids.push(...(queuedBy(await put(token, 0, 0, Buffer.from('four')))?.added ?? []));
    }
    const [stays = 0, cancelled = 0, removed = 0] = ids;
    await window.client.call('transfers.wish', { filter: { ids: [cancelled] }, wish: 'cancel' });
    await window.client.call('transfers.wish', { filter: { ids: [removed] }, wish: 'remove' });
    const path = (await rows()).find(({ id }) => id === stays)?.path ?? '';
    await until(async () => (await inInbox()).filter((name) => name.endsWith('.txt')).length === 1);
    expect(existsSync(path)).toBe(true);
  });

  const dropText = async (path: string): Promise<{ readonly id: number; readonly path: string }> => {
    const token = await drop([[{ path, size: 4 }]], { serverId, paused: true });
    const [id = 0] = queuedBy(await put(token, 0, 0, Buffer.from('four')))?.added ?? [];
    return { id, path: (await rows()).find((row) => row.id === id)?.path ?? '' };
  };
  const wish = (id: number, wanted: 'cancel' | 'undo', undoMs?: number): Promise<CallOutput<'transfers.wish'>> =>
    window.client.call('transfers.wish', {
      filter: { ids: [id] },
      wish: wanted,
      ...(undoMs === undefined ? {} : { undoMs }),
    });

  it('stay as long as their cancel can be undone, and after a start of the host as well', async () => {
    await enter();
    const regretted = await dropText('regretted.txt');
    const gone = await dropText('gone.txt');
    await wish(regretted.id, 'cancel', 60_000);
    await wish(gone.id, 'cancel');
    await until(() => !existsSync(gone.path));
    expect(existsSync(regretted.path)).toBe(true);
    await window.stop(true);
    await mkdir(join(window.profile, 'inbox/old/0'), { recursive: true });
    await writeFile(join(window.profile, 'inbox/old/0/forgotten.txt'), 'x');
    await window.start();
    await until(() => !existsSync(join(window.profile, 'inbox/old')));
    expect(existsSync(regretted.path)).toBe(true);
    await wish(regretted.id, 'undo');
    expect((await rows()).find(({ id }) => id === regretted.id)?.state).toBe('paused');
    await window.client.call('queue.start', {});
    await window.client.call('transfers.wish', { filter: { ids: [regretted.id] }, wish: 'resume' });
    await until(async () => (await rows()).find(({ id }) => id === regretted.id)?.state === 'done');
  });

  it('go when the time for the undo is over, though no window says so', async () => {
    await enter();
    const one = await dropText('unwanted.txt');
    await wish(one.id, 'cancel', 0);
    await until(() => !existsSync(one.path));
    expect((await rows())[0]?.state).toBe('cancelled');
  });

  it('are not uploaded again once they are gone: that is refused in words', async () => {
    await enter();
    const one = await dropText('gone.txt');
    await wish(one.id, 'cancel');
    await until(() => !existsSync(one.path));
    const again = await socket.call('transfers.wish', { filter: { ids: [one.id] }, wish: 'retry' });
    expect(again).toMatchObject({
      ok: true,
      value: {
        changed: [],
        refused: [{ id: one.id, problem: { code: 'inbox-file-gone', params: { name: 'gone.txt' } } }],
      },
    });
    expect((await rows())[0]?.state).toBe('cancelled');
  });

  it('stay while another transfer needs them', async () => {
    await enter();
    const token = await drop([[{ path: 'shared.txt', size: 4 }]], { serverId, paused: true });
    const [first = 0] = queuedBy(await put(token, 0, 0, Buffer.from('four')))?.added ?? [];
    const path = (await rows())[0]?.path ?? '';
    const again = await socket.call('transfers.add', { paths: [path], serverId, paused: true, expirySeconds: 3600 });
    expect(again).toMatchObject({ ok: true, value: { refused: [] } });
    expect(await rows()).toHaveLength(2);
    await window.client.call('transfers.wish', { filter: { ids: [first] }, wish: 'cancel' });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(existsSync(path)).toBe(true);
    await window.client.call('transfers.wish', { filter: { states: ['paused'] }, wish: 'cancel' });
    await until(() => !existsSync(path));
  });

  it('that the server would not take are refused before a byte of them came', async () => {
    await enter();
    const nobody = await announce([[{ path: 'a.txt', size: 1 }]], { serverId: 'nobody' });
    expect([nobody.status, errorOf(nobody)]).toEqual([422, 'server-unknown']);
    const empty = { path: 'trip/empty.txt', size: 0 };
    const alone = await announce([[{ path: 'empty.txt', size: 0 }]], { serverId });
    expect(json(alone)).toEqual({
      refused: [{ item: 0, file: 0, problem: expect.objectContaining({ code: 'file-empty' }) as unknown }],
    });
    const some = await announce([[empty, { path: 'trip/full.txt', size: 4 }], [{ path: 'none.txt', size: 0 }]], {
      serverId,
      paused: true,
    });
    expect(json(some)).toMatchObject({
      refused: [
        { item: 0, file: 0, problem: { code: 'file-empty', params: { path: 'trip/empty.txt' } } },
        { item: 1, file: 0, problem: { code: 'file-empty' } },
      ],
    });
    const token = json(some)['token'] as string;
    // Who sends it all the same is answered at the beginning.
    const sent = await put(token, 1, 0, Buffer.alloc(0));
    expect([sent.status, errorOf(sent)]).toEqual([413, 'file-empty']);
    expect(await inInbox()).toEqual([]);
    expect(queuedBy(await put(token, 0, 1, Buffer.from('four')))?.added).toHaveLength(1);
    expect((await rows()).map(({ name }) => name)).toEqual(['trip - full.txt']);
  });

  it('that are too large for the server take no room of the host, and are answered before their body is read', async () => {
    await enter({ freeSpace: () => Promise.resolve(2e9) });
    const limit = (await window.client.call('servers.list', {}))[0]?.limits.fileSize ?? 0;
    expect(limit).toBeGreaterThan(0);
    const large = { path: 'large.iso', size: limit + 1 };
    const answer = await announce([[large], [{ path: 'small.txt', size: 4 }]], { serverId, paused: true });
    expect(answer.status).toBe(200);
    const token = json(answer)['token'] as string;
    const opened = dial(window.port, '127.0.0.1');
    dialled.push(opened);
    let said = '';
    opened.on('data', (data: Buffer) => (said += data.toString()));
    const origin = `127.0.0.1:${window.port}`;
    const head = [`PUT /inbox/${token}/0/0 HTTP/1.1`, `Host: ${origin}`, `Origin: http://${origin}`];
    opened.write([...head, `Cookie: ${cookie}`, `Content-Length: ${large.size}`, '', ''].join('\r\n'));
    await until(() => said.includes('too-large'));
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
    expect(queuedBy(await put(token, 1, 0, Buffer.from('four')))?.added).toHaveLength(1);
  });

  it('come as a group without those that the server does not take', async () => {
    await enter();
    const answer = await announce([[{ path: 'a', size: 1 }], [{ path: 'empty', size: 0 }], [{ path: 'b', size: 1 }]], {
      serverId,
      group: true,
    });
    const token = json(answer)['token'] as string;
    expect(queuedBy(await put(token, 0, 0, Buffer.from('a')))).toBeUndefined();
    expect(queuedBy(await put(token, 2, 0, Buffer.from('b')))?.added).toHaveLength(2);
    const one = await announce([[{ path: 'a', size: 1 }], [{ path: 'empty', size: 0 }]], { serverId, group: true });
    expect([one.status, errorOf(one)]).toEqual([422, 'file-empty']);
  });

  it('are stored under names that lead nowhere else', async () => {
    await enter();
    for (const path of ['../escape', '/etc/passwd', 'a/../../b', 'a//b', '']) {
      const answer = await announce([[{ path, size: 1 }]]);
      expect([path, answer.status, errorOf(answer)]).toEqual([path, 400, 'input-invalid']);
    }
    const mixed = await announce([
      [
        { path: 'a/x', size: 1 },
        { path: 'b/y', size: 1 },
      ],
    ]);
    expect(mixed.status).toBe(400);
    const token = await drop([[{ path: 'line\nbreak\0.txt', size: 1 }]], { serverId, paused: true });
    await put(token, 0, 0, Buffer.from('x'));
    expect((await rows())[0]?.name).toBe('line_break_.txt');
  });

  it('that have one name in a folder are both stored', async () => {
    await enter();
    const same = { path: 'f/a\u0001', size: 1 };
    const token = await drop([[same, { path: 'f/a\u0002', size: 1 }]], { serverId, paused: true });
    await put(token, 0, 0, Buffer.from('x'));
    expect(queuedBy(await put(token, 0, 1, Buffer.from('y')))?.added).toHaveLength(2);
  });
});

describe('a drop that goes wrong leaves nothing, and says so', () => {
  it('with a body of another size', async () => {
    await enter();
    const token = await drop([[{ path: 'a.bin', size: 10 }]], { serverId });
    for (const body of [Buffer.alloc(11), Buffer.alloc(9)]) {
      const answer = await put(token, 0, 0, body);
      expect([answer.status, errorOf(answer)]).toEqual([400, 'drop-size']);
    }
    const chunked = await ask(window.port, `/inbox/${token}/0/0`, {
      method: 'PUT',
      headers: { cookie, 'transfer-encoding': 'chunked' },
    });
    expect(chunked.status).toBe(411);
    expect(await inInbox()).toEqual([]);
    expect(queuedBy(await put(token, 0, 0, Buffer.alloc(10, 1)))?.added).toHaveLength(1);
  });

  it('with a connection that breaks in the middle: what came is removed, and it may be sent again', async () => {
    await enter();
    const token = await drop([[{ path: 'a.bin', size: 100_000 }]], { serverId });
    const { socket: broken } = await begin(token, 100_000, Buffer.alloc(50_000));
    broken.destroy();
    await until(async () => !(await inInbox()).includes('a.bin'));
    expect(await rows()).toEqual([]);
    expect(queuedBy(await put(token, 0, 0, randomBytes(100_000)))?.added).toHaveLength(1);
  });

  it('with a connection that hangs: the next one for the same file takes its place', async () => {
    await enter();
    const token = await drop([[{ path: 'a.bin', size: 100_000 }]], { serverId, paused: true });
    const { said } = await begin(token, 100_000, Buffer.alloc(50_000));
    const bytes = randomBytes(100_000);
    expect(queuedBy(await put(token, 0, 0, bytes))?.added).toHaveLength(1);
    await until(() => said().includes('409'));
    expect((await readFile((await rows())[0]?.path ?? '')).equals(bytes)).toBe(true);
  });

  it('without a byte for too long: it is cut, and told', async () => {
    await enter({ patience: { slowMs: 300 } });
    const token = await drop([[{ path: 'a.bin', size: 100_000 }]], { serverId });
    const { said } = await begin(token, 100_000, Buffer.alloc(50_000));
    await inTime(() => said().includes('drop-slow'));
    expect(said()).toMatch(/^HTTP\/1\.1 408 /);
    expect(await inInbox()).not.toContain('a.bin');
    expect(window.lines).toContain('a drop was cut: no byte came in time');
  });

  it('when the browser goes away: the rest is removed, what was whole stays, every window is told', async () => {
    await enter({ patience: { abandonMs: 400 } });
    const token = await drop(
      [
        [{ path: 'whole.txt', size: 5 }],
        [
          { path: 'half/one.txt', size: 3 },
          { path: 'half/two.txt', size: 3 },
        ],
      ],
      { serverId },
    );
    const queued = queuedBy(await put(token, 0, 0, Buffer.from('whole')));
    await put(token, 1, 0, Buffer.from('one'));
    await inTime(() => socket.event('notice') !== undefined);
    expect(socket.event('notice')).toMatchObject({
      payload: { problem: { code: 'drop-broken', params: { count: 1, names: 'half' } } },
    });
    expect((await inInbox()).filter((name) => name.endsWith('.txt'))).toEqual(['whole.txt']);
    expect((await put(token, 1, 1, Buffer.from('two'))).status).toBe(404);
    // The links of what was queued do not wait for what never comes.
    await window.client.call('queue.start', {});
    await until(async () => (await window.client.call('drops.ready', {})).rows.some(({ id }) => id === queued?.dropId));
  });

  it('when its sign-in ends in the middle: it is not queued, and the rest goes with the drop', async () => {
    await enter({ patience: { abandonMs: 400 } });
    const token = await drop([[{ path: 'a.bin', size: 100 }]], { serverId });
    const { socket: body, said } = await begin(token, 100, Buffer.alloc(50));
    await endSignIns(window.profile);
    body.write(Buffer.alloc(50));
    await until(() => said().includes('sign-in-needed'));
    expect(said()).toMatch(/^HTTP\/1\.1 401 /);
    await inTime(async () => (await inInbox()).length === 0);
    expect(await rows()).toEqual([]);
  });

  it('when it is given up: nothing of it is kept, and nobody has to be told', async () => {
    await enter();
    const token = await drop([[{ path: 'a.bin', size: 100_000 }]], { serverId });
    const { said } = await begin(token, 100_000, Buffer.alloc(50_000));
    const answer = await ask(window.port, `/inbox/${token}`, { method: 'DELETE', headers: { cookie } });
    expect(answer.status).toBe(204);
    expect(await inInbox()).toEqual([]);
    await until(() => said().includes('409'));
    expect(socket.event('notice')).toBeUndefined();
  });

  it('when the window ends in the middle: the next start removes it, and tells the next browser', async () => {
    await enter();
    const whole = await drop([[{ path: 'whole.txt', size: 5 }]], { serverId, paused: true });
    await put(whole, 0, 0, Buffer.from('whole'));
    const token = await drop([[{ path: 'a.bin', size: 100_000 }]], { serverId });
    await begin(token, 100_000, Buffer.alloc(50_000));
    await window.stop(true);
    // A file that no transfer knows, of a run that was killed.
    await mkdir(join(window.profile, 'inbox/old/0'), { recursive: true });
    await writeFile(join(window.profile, 'inbox/old/0/forgotten.txt'), 'x');
    await window.start();
    const next = await window.opened(cookie);
    await until(() => next.event('notice') !== undefined);
    expect(next.event('notice')).toMatchObject({ payload: { problem: { params: { count: 1, names: 'a.bin' } } } });
    await until(async () => (await inInbox()).filter((name) => name.includes('.')).length === 1);
    expect(await inInbox()).toContain('whole.txt');
    // Told once.
    const other = await window.opened(cookie);
    await other.call('app.info');
    expect(other.event('notice')).toBeUndefined();
  });

  it('with a large body that nobody wants: the browser hears why', async () => {
    await enter();
    for (const [token, status] of [
      ['0'.repeat(32), 404],
      [await drop([[{ path: 'a.bin', size: 10 }]]), 400],
    ] as const) {
      const answer = await put(token, 0, 0, Buffer.alloc(50_000_000));
      expect(answer.status).toBe(status);
    }
    const long = await window.post('/sign-in', { password: 'x'.repeat(1_000_000) });
    expect(long.status).toBe(413);
  });

  it('when the disk would be full', async () => {
    await enter({ freeSpace: () => Promise.resolve(3e9) });
    const part = (path: string): Files => [{ path, size: 7.5e8 }];
    const much = [part('much.bin'), part('more.bin')];
    const refused = await announce([...much, part('most.bin')]);
    expect([refused.status, errorOf(refused)]).toEqual([507, 'inbox-full']);
    const token = await drop(much);
    // The first one counts, though nothing of it has come.
    expect((await announce(much)).status).toBe(507);
    await ask(window.port, `/inbox/${token}`, { method: 'DELETE', headers: { cookie } });
    expect((await announce(much)).status).toBe(200);
  });

  it('when too many are under way, or too many files are in one', async () => {
    await enter();
    for (let n = 0; n < 20; n++) await drop([[{ path: 'a', size: 1 }]]);
    const refused = await announce([[{ path: 'a', size: 1 }]]);
    expect([refused.status, errorOf(refused)]).toEqual([429, 'drops-many']);
    const files = Array.from({ length: 100_001 }, (_, n) => ({ path: `f/${n}`, size: 1 }));
    expect((await announce([files])).status).toBe(400);
  });
});
