import { describe, expect, it } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { exits } from './exits.ts';
import { problemView, testHost, totalsOf, transferRow, type Script, type TestHost } from './test-host.ts';

/** Waits until something holds, without a fixed time. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const done = transferRow({
  state: 'done',
  acknowledged: 1000,
  share: { key: 'abc', link: 'https://nas.example/d?abc', deleteKey: 'secret-delete' },
  change: 9,
});

const adding = (...ids: number[]): Script => ({
  'transfers.add': () => ({ added: ids, refused: [], notices: [] }),
});

const tell = (host: TestHost, ...rows: TransferView[]): void =>
  host.emit('transfers', { rows, removed: [], totals: totalsOf(rows), change: 9 });

const started = (host: TestHost): Promise<void> =>
  until(() => host.calls.some((call) => call.name === 'transfers.since'));

describe('upload', () => {
  it('ends when its own transfers have ended, whatever others do', async () => {
    const host = testHost(adding(1));
    const status = host.run('upload', 'report.pdf');
    await started(host);
    tell(host, transferRow({ id: 7, state: 'uploading', name: 'other.bin', change: 3 }), done);
    expect(await status).toBe(exits.done);
    expect(host.out()).toBe('✓ report.pdf  https://nas.example/d?abc\n');
    expect(host.stops).toEqual(['chunk']);
  });

  it('misses nothing that happened before it listened', async () => {
    const host = testHost({
      ...adding(1),
      'transfers.since': () => ({ rows: [done], removed: [], change: 9, more: false, complete: true }),
    });
    expect(await host.run('upload', 'report.pdf')).toBe(exits.done);
  });

  it('tells a program everything it needs in the last line', async () => {
    const host = testHost(adding(1));
    const status = host.run('--json', 'upload', 'report.pdf');
    await started(host);
    tell(host, transferRow({ state: 'uploading', acknowledged: 500, rate: 10, leftMs: 5, change: 3 }));
    tell(host, done);
    expect(await status).toBe(exits.done);
    expect(host.objects().map((line) => line['event'])).toEqual(['added', 'state', 'progress', 'done']);
    expect(host.objects().at(-1)).toMatchObject({
      event: 'done',
      id: 1,
      name: 'report.pdf',
      size: 1000,
      server: 'nas',
      shareKey: 'abc',
      link: 'https://nas.example/d?abc',
      deleteKey: 'secret-delete',
    });
  });

  it('says before the last line what happened on the way, once, and not what was said when it was added', async () => {
    const at = (ms: number, view: ReturnType<typeof problemView>) => ({ at: ms, problem: view });
    const taken = problemView(problem('key-taken', { wanted: 'party', got: 'abc' }));
    const lost = problemView(problem('delete-key-lost', { server: 'nas' }));
    const script: Script = {
      ...adding(1),
      'transfers.get': () => ({
        transfer: done,
        chunks: { count: 0, acknowledged: [], inFlight: [] },
        log: [
          at(0, problemView(problem('names-flattened', { server: 'nas' }))),
          at(5, taken),
          at(6, lost),
          at(7, lost),
          at(8, problemView(problem('web-address-unknown', { server: 'nas' }))),
        ],
      }),
    };
    const json = testHost(script);
    const plain = testHost(script);
    for (const host of [json, plain]) {
      const status = host.run('upload', ...(host === json ? ['--json'] : []), 'report.pdf');
      await started(host);
      tell(host, done);
      expect(await status).toBe(exits.done);
    }
    expect(json.objects().slice(-3)).toMatchObject([
      { event: 'notice', id: 1, problem: { code: 'key-taken' } },
      { event: 'notice', id: 1, problem: { code: 'delete-key-lost' } },
      { event: 'done', id: 1 },
    ]);
    expect(plain.out()).toBe('✓ report.pdf  https://nas.example/d?abc\n');
    expect(plain.err()).toBe(`· report.pdf: ${taken.message}\n· report.pdf: ${lost.message}\n`);
  });

  it('is 3 where a person is needed, and says which command helps', async () => {
    const host = testHost(adding(1));
    const status = host.run('upload', 'report.pdf');
    await started(host);
    const changed = problemView(problem('file-changed', { path: 'report.pdf', what: 'size' }));
    tell(host, transferRow({ state: 'attention', problem: changed, change: 5 }));
    expect(await status).toBe(exits.person);
    expect(host.out()).toContain('has changed since it was added (its size)');
    expect(host.out()).toContain('stevedore decide 1 upload-changed');
  });

  it('warns once, while a file is sent, of what will end it', async () => {
    const host = testHost(adding(1));
    const status = host.run('upload', 'report.pdf');
    await started(host);
    const params = { server: 'nas', hours: 24, needsMs: 40 * 3_600_000, limited: true };
    const near = problemView(problem('deadline-near', params));
    for (const change of [5, 6, 7]) tell(host, transferRow({ state: 'uploading', problem: near, change }));
    tell(host, { ...done, change: 8 });
    expect(await status).toBe(exits.done);
    expect(host.err().split(near.message)).toHaveLength(2);
  });

  it('waits for the others where one needs a person, and is 1 where one failed', async () => {
    const host = testHost(adding(1, 2, 3));
    const status = host.run('upload', 'a', 'b', 'c');
    await started(host);
    const gone = problemView(problem('file-missing', { path: 'b' }));
    tell(host, transferRow({ id: 1, state: 'attention', problem: gone, change: 5 }));
    tell(host, transferRow({ id: 2, state: 'failed', problem: gone, change: 6 }));
    tell(host, transferRow({ id: 3, state: 'uploading', change: 7 }));
    expect(await Promise.race([status, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
    tell(host, { ...done, id: 3 });
    expect(await status).toBe(exits.failed);
  });

  it('is 0 where a file was left out as asked, and says why in words and to a program', async () => {
    const script = adding(1, 2);
    const [plain, json] = [testHost(script), testHost(script)];
    const why = problemView(problem('name-skipped', { server: 'nas', name: 'report.pdf' }));
    for (const host of [plain, json]) {
      const status = host.run(...(host === json ? ['--json'] : []), 'upload', 'a', 'b');
      await started(host);
      tell(host, transferRow({ state: 'cancelled', wish: 'cancel', problem: why, change: 5 }));
      tell(host, { ...done, id: 2 });
      expect(await status).toBe(exits.done);
    }
    expect(plain.out()).toBe(
      '· report.pdf: report.pdf is on nas already. It was left out, as you wished; what is there is as it was.\n' +
        '✓ report.pdf  https://nas.example/d?abc\n',
    );
    expect(json.objects()[1]).toMatchObject({ event: 'cancelled', id: 1, problem: { code: 'name-skipped' } });
  });

  it('is 1 where a file was cancelled, whatever trouble it had before', async () => {
    const host = testHost(adding(1));
    const status = host.run('upload', 'a');
    await started(host);
    const taken = problemView(problem('name-exists', { server: 'nas', name: 'report.pdf' }));
    tell(host, transferRow({ state: 'waiting', problem: taken, change: 5 }));
    host.emit('transfers', { rows: [], removed: [1], totals: totalsOf([]), change: 9 });
    expect(await status).toBe(exits.failed);
    expect(host.out()).toContain('report.pdf: cancelled\n');
  });

  it('goes on following one that a person let go on again', async () => {
    const host = testHost(adding(1, 2));
    const status = host.run('upload', 'a', 'b');
    await started(host);
    tell(host, transferRow({ id: 1, state: 'paused', wish: 'pause', change: 5 }));
    tell(host, transferRow({ id: 1, state: 'uploading', change: 6 }));
    tell(host, { ...done, id: 2 });
    expect(await Promise.race([status, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
    tell(host, { ...done, id: 1 });
    expect(await status).toBe(exits.done);
  });

  it('is 1 where a path was refused, with its words, though the rest went well', async () => {
    const host = testHost({
      'transfers.add': () => ({
        added: [1],
        refused: [{ path: '/x', problem: problemView(problem('file-missing', { path: '/x' })) }],
        notices: [],
      }),
    });
    const status = host.run('upload', '/x', 'report.pdf');
    await started(host);
    tell(host, done);
    expect(await status).toBe(exits.failed);
    expect(host.err()).toContain('/x is not there.');
  });

  it('sends nothing where every path was refused', async () => {
    const host = testHost({
      'transfers.add': () => ({
        added: [],
        refused: [{ path: '/x', problem: problemView(problem('file-missing', { path: '/x' })) }],
        notices: [],
      }),
    });
    expect(await host.run('upload', '/x')).toBe(exits.failed);
    expect(host.calls.some((call) => call.name === 'queue.start')).toBe(false);
  });

  it('counts one that was taken out of the list meanwhile as not done', async () => {
    const host = testHost(adding(1));
    const status = host.run('upload', 'a');
    await started(host);
    tell(host, transferRow({ state: 'uploading', change: 5 }));
    host.emit('transfers', { rows: [], removed: [1], totals: totalsOf([]), change: 9 });
    expect(await status).toBe(exits.failed);
  });

  it('notices that one is gone where removals are no longer told one by one', async () => {
    const host = testHost({
      ...adding(1, 2),
      'transfers.since': () => ({ rows: [], removed: [], change: 9, more: false, complete: false }),
      'transfers.list': () => ({ rows: [{ ...done, id: 2 }], totals: totalsOf([done]), change: 9 }),
    });
    expect(await host.run('upload', 'a', 'b')).toBe(exits.done);
    expect(host.out()).toContain('✓ report.pdf');
  });

  it('waits for the group, and prints its link', async () => {
    let merged = false;
    const host = testHost({
      'transfers.add': () => ({ added: [1, 2], groupId: 4, refused: [], notices: [] }),
      'groups.get': () =>
        merged
          ? { id: 4, serverId: 's1', count: 2, state: 'done', share: { key: 'grp', link: 'https://nas.example/d?grp' } }
          : { id: 4, serverId: 's1', count: 2, state: 'merging' },
      'transfers.list': () => ({ rows: [], totals: { ...totalsOf([]), count: 2 }, change: 9 }),
    });
    const status = host.run('upload', '--group', 'a', 'b');
    await started(host);
    tell(host, done, { ...done, id: 2 });
    expect(await Promise.race([status, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
    merged = true;
    host.emit('groups', { rows: [] });
    expect(await status).toBe(exits.done);
    expect(host.out()).toContain('✓ group of 2 files  https://nas.example/d?grp');
  });

  it('does not wait for a group that can never be whole', async () => {
    const host = testHost({
      'transfers.add': () => ({ added: [1, 2], groupId: 4, refused: [], notices: [] }),
      'groups.get': () => ({ id: 4, serverId: 's1', count: 2, state: 'open' }),
      'transfers.list': () => ({ rows: [], totals: { ...totalsOf([]), count: 1 }, change: 9 }),
    });
    const status = host.run('upload', '--group', 'a', 'b');
    await started(host);
    tell(host, done, transferRow({ id: 2, state: 'failed', change: 9 }));
    expect(await status).toBe(exits.failed);
  });

  it('is 3 where the queue stops on a full disk', async () => {
    const host = testHost(adding(1));
    const status = host.run('upload', 'a');
    await started(host);
    host.emit('queue', { running: false, problem: problemView(problem('disk-full', { path: '/p' })) });
    expect(await status).toBe(exits.person);
    expect(host.err()).toContain('The disk with /p is full.');
  });

  it('waits, and says so once, while the queue is paused on battery', async () => {
    const onBattery = { running: false, problem: problemView(problem('on-battery')) };
    const host = testHost({ ...adding(1), 'queue.start': () => onBattery });
    const status = host.run('upload', 'a');
    await started(host);
    host.emit('queue', onBattery);
    host.emit('queue', { running: true });
    tell(host, done);
    expect(await status).toBe(exits.done);
    expect(host.err().match(/runs on its battery/g)).toHaveLength(1);
    expect(host.err()).toContain('stevedore resume --all');
  });

  it('limits the rate for its own time only', async () => {
    const limits: unknown[] = [];
    const host = testHost({
      ...adding(1),
      'queue.limit': ({ bytesPerSecond }) => {
        limits.push(bytesPerSecond);
        return {};
      },
    });
    const status = host.run('upload', '--limit-rate', '5M', 'a');
    await started(host);
    tell(host, done);
    await status;
    expect(limits).toEqual([5_000_000, undefined]);
  });
});

describe('Ctrl-C', () => {
  it('stops at the end of the chunk, says so, and is 130', async () => {
    const host = testHost(adding(1));
    const status = host.run('upload', 'a');
    await started(host);
    host.interrupt();
    expect(await status).toBe(exits.interrupted);
    expect(host.stops).toEqual(['chunk']);
    expect(host.err()).toContain('Ctrl-C again ends at once');
  });

  it('says whom it waits for, and at the second time what ending now costs', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const host = testHost(adding(1), {
      waitsFor: names.map((name) => ({ name, serverName: 'nas' })),
      onStop: (at) => (at === 'now' ? Promise.resolve() : new Promise(() => undefined)),
    });
    const status = host.run('upload', 'a');
    await started(host);
    host.interrupt();
    expect(host.err()).toContain('waiting until nas has stored the current chunk of a, b, c, and 2 more.');
    expect(host.err()).toContain('a file may then start over, or lose its delete key');
    host.interrupt();
    expect(await status).toBe(exits.interrupted);
    expect(host.err()).toContain('ended before nas answered for a, b, c, and 2 more');
  });

  it('is asked for where the command is over, but a server still stores a chunk of another file', async () => {
    const host = testHost(adding(1), {
      waitsFor: [{ name: 'other.bin', serverName: 'nas' }],
      onStop: (at) => (at === 'now' ? Promise.resolve() : new Promise(() => undefined)),
    });
    const status = host.run('upload', 'report.pdf');
    await started(host);
    tell(host, done);
    await until(() => host.stops.length > 0);
    expect(host.err()).toContain('waiting until nas has stored the current chunk of other.bin. Ctrl-C ends at once');
    host.interrupt();
    expect(await status).toBe(exits.done);
    expect(host.stops).toEqual(['chunk', 'now']);
    expect(host.err()).toContain('ended before nas answered for other.bin');
  });

  it('stops at once the second time, though the engine does not come to its end', async () => {
    const host = testHost(adding(1), { onStop: () => new Promise(() => undefined) });
    const status = host.run('upload', 'a');
    await started(host);
    host.interrupt();
    await until(() => host.stops.length === 1);
    host.interrupt();
    expect(await status).toBe(exits.interrupted);
    expect(host.stops).toEqual(['chunk', 'now']);
  });

  it('says that the uploads go on where another process sends them', async () => {
    const host = testHost(adding(1), { owns: false });
    const status = host.run('upload', 'a');
    await started(host);
    host.interrupt();
    expect(await status).toBe(exits.interrupted);
    expect(host.err()).toContain('the uploads continue in the Stevedore that is running');
  });
});

describe('run', () => {
  it('ends with --until-idle when nothing goes on by itself, and is 3 where one needs a person', async () => {
    let rows = [transferRow({ state: 'uploading' }), transferRow({ id: 2, state: 'attention' })];
    const host = testHost({ 'transfers.list': () => ({ rows: [], totals: totalsOf(rows), change: 0 }) });
    const status = host.run('run', '--until-idle');
    await started(host);
    expect(await Promise.race([status, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
    rows = [done, transferRow({ id: 2, state: 'attention' })];
    tell(host, done);
    expect(await status).toBe(exits.person);
  });

  it('is 0 at once where nothing is queued', async () => {
    expect(await testHost().run('run', '--until-idle')).toBe(exits.done);
  });

  it('goes on waiting for more without it', async () => {
    const host = testHost();
    const status = host.run('run');
    await started(host);
    tell(host, done);
    expect(await Promise.race([status, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
    host.interrupt();
    expect(await status).toBe(exits.interrupted);
  });

  it('draws bars on a terminal and takes them away at the end', async () => {
    const host = testHost(adding(1, 2), { terminal: true });
    const status = host.run('upload', 'a', 'b');
    await started(host);
    tell(
      host,
      transferRow({ state: 'uploading', acknowledged: 500, inFlight: 100, rate: 1e6, leftMs: 9000, change: 2 }),
    );
    await until(() => host.out().includes('▒'));
    expect(host.out()).toContain('50 %  1 MB/s, 9 sec left');
    expect(host.out()).toContain('0 of 2 done');
    tell(host, done, { ...done, id: 2, name: 'evil\x1b]0;owned\x07.txt' });
    expect(await status).toBe(exits.done);
    expect(host.out().endsWith('\x1b[J')).toBe(true);
    expect(host.out()).toContain('evil\\x1b]0;owned\\x07.txt');
  });

  it('draws nothing on a dumb terminal', async () => {
    const host = testHost(adding(1), { terminal: true, env: { TERM: 'dumb' } });
    const status = host.run('upload', 'a');
    await started(host);
    tell(host, transferRow({ state: 'uploading', acknowledged: 500, rate: 1e6, change: 2 }));
    tell(host, done);
    await status;
    expect(host.out()).not.toContain('\x1b');
    expect(host.out()).toContain('report.pdf: 50 % of 1 kB, 1 MB/s\n');
  });

  it('colours nothing with NO_COLOR', async () => {
    const host = testHost(adding(1), { terminal: true, env: { NO_COLOR: '1' } });
    const status = host.run('upload', 'a');
    await started(host);
    tell(host, done);
    await status;
    expect(host.out()).not.toContain('\x1b[32m');
    expect(host.out()).toContain('✓ report.pdf');
  });
});
