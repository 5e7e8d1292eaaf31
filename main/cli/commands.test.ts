import { describe, expect, it } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { exits } from './exits.ts';
import { inputOf, problemView, refuse, testHost, totalsOf, transferRow, type Script } from './test-host.ts';
import { serverRow } from '../../test/fakes/server-row.ts';
import { settingsRow } from '../../test/fakes/settings-row.ts';

describe('a command line that is not right is 2, says what is wrong, and asks nobody', () => {
  it.each([
    [['uplod', 'x'], /Did you mean upload/],
    [['upload'], /missing required argument 'path'/],
    [['upload', ''], /empty path/],
    [['upload', '--key', 'k', 'a', 'b'], /--key names one share/],
    [['upload', '--expire', 'never', 'a'], /every share ends/],
    [['upload', '--expire', '7', 'a'], /7h are hours/],
    [['upload', '--limit-rate', 'fast', 'a'], /fast is no rate/],
    [['upload', '--priority', '500', 'a'], /-100 to 100/],
    [['upload', '--vault', 'app', 'a'], /Allowed choices are file, env/],
    [['upload', '--set', 'x', 'a'], /KEY=VALUE/],
    [['pause'], /Which transfers/],
    [['pause', 'x'], /x is no transfer id/],
    [['pause', '0'], /0 is no transfer id/],
    [['pause', '3', '--all'], /not both/],
    [['move', '3'], /Where to/],
    [['move', '3', '--first', '--last'], /Give one of/],
    [['priority', 'high', '3'], /high is not right/],
    [['list', '--state', 'asleep'], /asleep is no state/],
    [['list', '--limit', '0'], /--limit/],
    [['history', '--ending', 'good'], /Allowed choices/],
    [['server', 'add'], /missing required argument 'address'/],
    [['server', 'add', 'https://x', '--pin', 'abc'], /32 pairs/],
    [['server', 'add', 'https://x', '--proxy', 'foo'], /system, none/],
    [['server', 'update', 'nas'], /What should change/],
    [['server', 'update', 'nas', '--vault', 'file'], /--password-stdin as well/],
    [['share', 'revoke'], /missing required argument 'key'/],
    [['settings', 'colour'], /There is no setting colour/],
    [['settings', 'at-once', '0'], /1 to 20/],
    [['completion', 'tcsh'], /Known: bash, zsh, fish/],
  ])('%j', async (words, says) => {
    const host = testHost();
    expect(await host.run(...words)).toBe(exits.usage);
    expect(host.err()).toMatch(says);
    expect(host.err()).toMatch(/^stevedore: /);
    expect(host.out()).toBe('');
    expect(host.calls).toEqual([]);
  });

  it('is one object with --json', async () => {
    for (const words of [
      ['uplod', '--json'],
      ['--json', 'pause', 'x'],
    ]) {
      const host = testHost();
      expect(await host.run(...words)).toBe(exits.usage);
      expect(host.objects()).toEqual([{ event: 'error', code: 'usage', message: expect.any(String) as string }]);
      expect(host.err()).toBe('');
    }
  });
});

describe('help', () => {
  it('teaches every command with what it does', async () => {
    const host = testHost();
    expect(await host.run('--help')).toBe(exits.done);
    for (const command of ['upload', 'add', 'run', 'list', 'pause', 'retry', 'server', 'share', 'history', 'settings'])
      expect(host.out()).toMatch(new RegExp(`^ {2}${command} .*[a-z]{3}`, 'm'));
    expect(host.out()).toContain('Exit status: 0 all done');
  });

  it.each(['upload', 'add', 'run', 'list', 'retry', 'cancel', 'move', 'server add', 'share revoke', 'settings'])(
    'of %s has an example',
    async (command) => {
      const host = testHost();
      expect(await host.run(...command.split(' '), '--help')).toBe(exits.done);
      expect(host.out()).toContain('Examples:');
      expect(host.out()).toContain('--profile');
    },
  );
});

describe('errors of the engine', () => {
  const unreachable = problem('server-unreachable', { server: 'nas', reason: asSaid('refused') });
  const script: Script = { 'servers.test': () => refuse(unreachable) };

  it('are told in words, with their code only when asked for', async () => {
    const host = testHost(script);
    expect(await host.run('server', 'test', 'nas')).toBe(exits.failed);
    expect(host.err()).toContain('stevedore: nas does not answer (refused).');
    expect(host.err()).not.toContain('server-unreachable');
    const verbose = testHost(script);
    await verbose.run('-v', 'server', 'test', 'nas');
    expect(verbose.err()).toContain('(server-unreachable)');
  });

  it('are 3 where only a person can help', async () => {
    const host = testHost({ 'servers.test': () => refuse(problem('password-wrong', { server: 'nas' })) });
    expect(await host.run('server', 'test', 'nas')).toBe(exits.person);
  });

  it('never show a stack, unless for debugging', async () => {
    const script: Script = { 'servers.list': () => Promise.reject(new TypeError('boom')) };
    const host = testHost(script);
    expect(await host.run('server', 'list')).toBe(exits.failed);
    expect(host.err()).toBe('stevedore: Stevedore met something it did not expect (boom).\n');
    const debug = testHost(script, { env: { STEVEDORE_DEBUG: '1' } });
    await debug.run('server', 'list');
    expect(debug.err()).toContain('    at ');
  });

  it('end a program’s output with an error object', async () => {
    const host = testHost(script);
    await host.run('server', 'test', 'nas', '--json');
    expect(host.objects().at(-1)).toMatchObject({ event: 'error', code: 'server-unreachable' });
  });
});

it('tells what happened at the start, beside the results', async () => {
  const notice = problemView(problem('store-reset', { aside: '/p/broken', salvaged: 0 }));
  const host = testHost({
    'app.info': () => ({
      version: '0',
      pid: 1,
      profile: '/p',
      queue: { running: false },
      notices: [notice],
      change: 0,
    }),
  });
  expect(await host.run('server', 'list')).toBe(exits.done);
  expect(host.err()).toContain('The queue’s database was damaged');
});

describe('add', () => {
  const script: Script = { 'transfers.add': () => ({ added: [1, 2], refused: [], notices: [] }) };

  it('queues absolute paths with the options, and sends nothing', async () => {
    const host = testHost(script);
    expect(await host.run('add', 'a.txt', '-s', 'NAS', '-e', '2w', '--priority', '-5', '--', '-b')).toBe(exits.done);
    expect(inputOf(host, 'transfers.add')).toMatchObject({
      paths: [`${process.cwd()}/a.txt`, `${process.cwd()}/-b`],
      serverId: 's1',
      expirySeconds: 1_209_600,
      priority: -5,
    });
    expect(host.calls.some((call) => call.name === 'queue.start')).toBe(false);
    expect(host.err()).toContain('Send with: stevedore run');
  });

  it('does not tell to start what another process is sending already', async () => {
    const host = testHost(script, { owns: false });
    await host.run('add', 'a');
    expect(host.err()).toBe('');
  });

  it('names the servers that there are not', async () => {
    const host = testHost(script);
    expect(await host.run('add', 'a', '--server', 'moon')).toBe(exits.failed);
    expect(host.err()).toContain('No server is called moon.');
  });
});

describe('options that kinds of servers ask for', () => {
  const field = { type: 'text', label: '', help: 'a text' } as const;
  const script: Script = {
    'app.kinds': () => [
      {
        kind: 'example',
        title: 'Example',
        signIn: 'password',
        expiry: false,
        serverFields: [{ ...field, key: 'web', type: 'url' }],
        transferFields: [
          { ...field, key: 'title' },
          { ...field, key: 'burn', type: 'flag' },
          { ...field, key: 'lang', type: 'choice', choices: ['de', 'fr'] },
        ],
      },
    ],
    'servers.add': () => ({ server: serverRow(), notices: [] }),
    'transfers.add': () => ({ added: [1], refused: [], notices: [] }),
  };

  it('are options of their own', async () => {
    const host = testHost(script);
    expect(await host.run('server', 'add', '--web', 'https://w', 'https://api')).toBe(exits.done);
    expect(inputOf(host, 'servers.add')).toEqual({ address: 'https://api', fields: { web: 'https://w' } });
  });

  it('reach uploads with their types', async () => {
    const host = testHost(script);
    await host.run('add', '--title', 'A b', '--burn', '--set', 'lang=de', 'f');
    expect(inputOf(host, 'transfers.add')).toMatchObject({ extra: { title: 'A b', burn: true, lang: 'de' } });
  });

  it('are refused where no kind knows them', async () => {
    const host = testHost(script);
    expect(await host.run('add', '--titel', 'x', 'f')).toBe(exits.usage);
    expect(host.err()).toContain("unknown option '--titel'\n(Did you mean --title?)");
    const set = testHost(script);
    expect(await set.run('add', '--set', 'colour=red', 'f')).toBe(exits.usage);
    expect(set.err()).toContain('Known: title, burn, lang');
    const choice = testHost(script);
    expect(await choice.run('add', '--lang', 'it', 'f')).toBe(exits.usage);
  });
});

describe('a password', () => {
  const adds: Script = { 'servers.add': () => ({ server: serverRow({ vault: 'file' }), notices: [] }) };

  it('is one line with its spaces', async () => {
    const host = testHost(adds, { stdin: '  two  words \r\nsecond line\n' });
    expect(await host.run('server', 'add', 'https://x', '--password-stdin', '--vault', 'file')).toBe(exits.done);
    expect(inputOf(host, 'servers.add')).toMatchObject({ secret: '  two  words ', vault: 'file' });
    expect(host.out() + host.err()).not.toContain('two');
  });

  it('that does not come is 2', async () => {
    const host = testHost(adds, { stdin: '\n' });
    expect(await host.run('server', 'add', 'https://x', '--password-stdin')).toBe(exits.usage);
    expect(host.err()).toContain('no password came');
  });

  it('is typed at a terminal, unseen, and asked for again where it is wrong', async () => {
    const secrets: unknown[] = [];
    const host = testHost(
      {
        'servers.add': ({ secret }) => {
          secrets.push(secret);
          if (secret === undefined) return refuse(problem('password-missing', { server: 'nas' }));
          return { server: serverRow({ vault: 'file' }), notices: [] };
        },
      },
      { stdin: 'hu\x7fush hush\r', terminal: true },
    );
    expect(await host.run('server', 'add', 'https://x', '--vault', 'file')).toBe(exits.done);
    expect(secrets).toEqual([undefined, 'hush hush']);
    expect(host.out() + host.err()).not.toContain('hush');
  });

  it('that is missing where nobody can type it is asked for by the option that gives it', async () => {
    const host = testHost({ 'servers.add': () => refuse(problem('password-missing', { server: 'nas' })) });
    expect(await host.run('server', 'add', 'https://x', '--vault', 'file')).toBe(exits.person);
    expect(host.err()).toContain(
      'nas asks for a password. Nothing was saved. Give the password on standard input, with --password-stdin.',
    );
  });

  it('is 130 where Ctrl-C is typed instead', async () => {
    const host = testHost(adds, { stdin: 'hush\x03', terminal: true });
    expect(await host.run('server', 'update', 'nas', '--password-stdin')).toBe(exits.interrupted);
    expect(host.err()).not.toContain('hush');
  });

  it('whose place was not said is 2, with the places', async () => {
    const host = testHost({ 'servers.add': () => refuse(problem('vault-unchosen')) }, { stdin: 'x\n' });
    expect(await host.run('server', 'add', 'https://x', '--password-stdin')).toBe(exits.usage);
    expect(host.err()).toContain('--vault file');
  });

  it('for this run is not given to another process in silence', async () => {
    const host = testHost({}, { stdin: 'x\n', owns: false });
    expect(await host.run('run', '--password-stdin')).toBe(exits.usage);
    expect(host.err()).toContain('stevedore server update NAME --password-stdin');
  });
});

describe('lists', () => {
  it('show what a transfer does, and what to do about it', async () => {
    const rows = [
      transferRow({ id: 1, state: 'uploading', acknowledged: 400, rate: 100, leftMs: 6000 }),
      transferRow({
        id: 2,
        name: 'b\u202e.txt',
        state: 'attention',
        problem: problemView(problem('secret-in-app', { server: 'nas' })),
      }),
    ];
    const host = testHost({ 'transfers.list': () => ({ rows, totals: totalsOf(rows), change: 0 }) });
    expect(await host.run('list')).toBe(exits.done);
    expect(host.out()).toMatch(/ 1 {2}report\.pdf .* uploading, 40 %, 100 B\/s, 6 sec left/);
    expect(host.out()).toContain('b\\u202e.txt');
    expect(host.out()).toContain('Start the app, or give the password by --password-stdin');
  });

  it('page through everything for a program', async () => {
    const pages = [
      { rows: [transferRow({ id: 1 })], next: 'p2', totals: totalsOf([]), change: 0 },
      { rows: [transferRow({ id: 2 })], totals: totalsOf([]), change: 0 },
    ];
    const host = testHost({
      'transfers.list': ({ after }) => pages[after === 'p2' ? 1 : 0] ?? refuse(problem('server-none')),
    });
    await host.run('list', '--json');
    expect(host.objects().map((row) => row['id'])).toEqual([1, 2]);
    expect(host.objects()[0]).toMatchObject({ event: 'transfer', state: 'queued', words: 'queued', shareKey: null });
  });

  it('find a share by its link to take it back', async () => {
    const share = {
      id: 5,
      serverId: 's1',
      serverName: 'nas',
      name: 'a',
      size: 1,
      isGroup: false,
      key: 'abc',
      link: 'https://nas.example/d?abc',
      canRevoke: true,
      canEdit: false,
      createdAt: 0,
      state: 'live',
    } as const;
    const host = testHost({
      'shares.list': () => ({ rows: [{ ...share, id: 4, key: 'abcd' }, share] }),
      'shares.revoke': ({ ids }) => ({ revoked: ids, refused: [] }),
    });
    expect(await host.run('share', 'revoke', 'https://nas.example/d?abc')).toBe(exits.done);
    expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [5] });
    expect(await host.run('share', 'revoke', 'zzz')).toBe(exits.failed);
    expect(host.err()).toContain('There is no share zzz.');
  });

  it('say what a server allows', async () => {
    const host = testHost();
    await host.run('server', 'list');
    expect(host.out()).toContain('nas  Example at https://nas.example, the default');
    expect(host.out()).toContain('files up to 20 GB, kept at most 7 days, groups, no empty files');
  });

  it('show and change settings', async () => {
    const host = testHost({
      'settings.set': () => settingsRow({ limitBytesPerSecond: 5e6 }),
    });
    expect(await host.run('settings', 'limit-rate', '5M')).toBe(exits.done);
    expect(inputOf(host, 'settings.set')).toEqual({ limitBytesPerSecond: 5_000_000 });
    expect(host.out()).toMatch(/limit-rate +5 MB\/s/);
  });
});
