import { describe, expect, it } from 'vitest';
import type { LeftoverView, RemoteShareView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { exits } from './exits.ts';
import { inputOf, problemView, testHost, transferRow, type Script } from './test-host.ts';
import { serverRow } from '../../test/fakes/server-row.ts';

const { capabilities } = serverRow();
const cloud = serverRow({
  name: 'cloud',
  capabilities: {
    ...capabilities,
    signIn: 'steps',
    folders: true,
    listShares: true,
    revokeKeepsFile: true,
    revokeNeedsKey: false,
    createShares: true,
    editShares: true,
  },
});
const remote = (id: string, more: Partial<RemoteShareView> = {}): RemoteShareView => ({
  id,
  link: `https://c/s/${id}`,
  name: `${id}.bin`,
  createdAt: 1,
  expired: false,
  ...more,
});

const shares: Script = {
  'servers.list': () => [cloud],
  'shares.list': () => ({ rows: [] }),
  'shares.remote': ({ after }) =>
    after === undefined
      ? { rows: [remote('a', { downloads: { left: 2, counted: 1 } }), remote('b', { path: '/B/b.bin' })], next: 'two' }
      : { rows: [remote('c', { password: true })] },
  'shares.edit': ({ share }) => ({ share }),
  'shares.create': (input) => ({ share: remote('n', 'path' in input ? { path: input.path } : {}) }),
  'shares.revokeRemote': ({ ids }) => ({ revoked: ids, refused: [] }),
};

describe('shares of an account', () => {
  it('are all listed, page by page, where their server is named', async () => {
    const host = testHost(shares);
    expect(await host.run('share', 'list', '--server', 'cloud')).toBe(exits.done);
    expect(host.out().split('\n').slice(0, 3)).toEqual([
      'https://c/s/a  a.bin  1 download  2 left',
      'https://c/s/b  /B/b.bin',
      'https://c/s/c  c.bin  with a password',
    ]);
    const some = testHost(shares);
    await some.run('share', 'list', '--server', 'cloud', '--json', '--search', 'B/');
    expect(some.objects()).toEqual([
      expect.objectContaining({ event: 'account-share', id: 'b', path: '/B/b.bin', server: 'cloud', expiresAt: null }),
    ]);
  });

  it('are listed by their keys where the server tells no links', async () => {
    const linkless: RemoteShareView = { id: 'a', name: 'a.bin', createdAt: 1, expired: false };
    const host = testHost({ ...shares, 'shares.remote': () => ({ rows: [linkless] }) });
    expect(await host.run('share', 'list', '--server', 'cloud')).toBe(exits.done);
    expect(host.out()).toContain('share key a  a.bin');
    const json = testHost({ ...shares, 'shares.remote': () => ({ rows: [linkless] }) });
    await json.run('share', 'list', '--server', 'cloud', '--json');
    expect(json.objects()).toMatchObject([{ id: 'a', link: null }]);
  });

  it('are files without a public link where the server has no links, and are deleted', async () => {
    const file: RemoteShareView = { id: '12', name: 'a.bin', createdAt: 1, expired: false, size: 1000 };
    const script: Script = {
      ...shares,
      'servers.list': () => [
        serverRow({
          name: 'nest',
          capabilities: { ...cloud.capabilities, sharesAreFiles: true, revokeKeepsFile: false },
        }),
      ],
      'shares.remote': () => ({ rows: [file] }),
    };
    const host = testHost(script);
    expect(await host.run('share', 'list', '--server', 'nest')).toBe(exits.done);
    expect(host.out()).toBe('file 12  a.bin  1 kB  no public link\n');
    const revoking = testHost(script);
    expect(await revoking.run('share', 'revoke', 'a.bin')).toBe(exits.done);
    expect(revoking.out()).toBe('✓ deleted a.bin on nest\n');
  });

  it('are made with their terms, whose password is no argument', async () => {
    const host = testHost(shares, { stdin: 'open sesame\n' });
    const words = ['--expire', '7d', '--downloads', '3', '--password-stdin'];
    expect(await host.run('share', 'create', 'Films//a/', ...words)).toBe(exits.done);
    expect(inputOf(host, 'shares.create')).toEqual({
      serverId: 's1',
      path: '/Films/a',
      terms: { expirySeconds: 604_800, downloads: 3, password: 'open sesame' },
    });
    expect(host.out()).toBe('https://c/s/n  /Films/a\n');
  });

  it('are changed in what was named alone', async () => {
    const host = testHost(shares);
    expect(await host.run('share', 'edit', 'https://c/s/c', '--expire', 'never')).toBe(exits.done);
    expect(inputOf(host, 'shares.edit')).toEqual({
      serverId: 's1',
      share: remote('c', { password: true }),
      terms: { expirySeconds: null },
    });
    const nothing = testHost(shares);
    expect(await nothing.run('share', 'edit', 'c')).toBe(exits.usage);
    expect(nothing.err()).toContain('What is to change?');
  });

  it('are revoked by id or link, also those that were not made here', async () => {
    const host = testHost(shares);
    expect(await host.run('share', 'revoke', 'a', 'https://c/s/c')).toBe(exits.done);
    expect(inputOf(host, 'shares.revokeRemote')).toEqual({ serverId: 's1', ids: ['a', 'c'] });
    expect(host.out()).toBe('✓ revoked a  a.bin\n✓ revoked c  c.bin\n');
    const unknown = testHost(shares);
    expect(await unknown.run('share', 'revoke', 'zz')).toBe(exits.failed);
    expect(unknown.err()).toContain('There is no share zz.');
  });

  it('are refused in words where a server has no accounts', async () => {
    const host = testHost({ ...shares, 'servers.list': () => [serverRow()] });
    expect(await host.run('share', 'create', '/a')).toBe(exits.failed);
    expect(host.err()).toContain('nas has no way to share what it has.');
  });
});

describe('folders on a server', () => {
  const script: Script = {
    'servers.list': () => [cloud],
    'folders.list': ({ path, after }) => ({
      folders: [{ name: after ?? 'one', path: `${path ?? ''}/${after ?? 'one'}` }],
      canWrite: true,
      ...(after === undefined ? { next: 'two' } : {}),
    }),
    'folders.capacity': () => ({ capacity: { total: 2e9, used: 1e9 } }),
    'folders.make': () => ({}),
  };

  it('are listed with the room that is used', async () => {
    const host = testHost(script);
    expect(await host.run('folder', 'list', 'Films')).toBe(exits.done);
    expect(host.out()).toBe('/Films/one\n/Films/two\n');
    expect(host.err()).toContain('1 GB of 2 GB used');
    const json = testHost(script);
    await json.run('folder', 'list', '/Films', '--json');
    expect(json.objects().map(({ event }) => event)).toEqual(['folder', 'folder', 'capacity']);
  });

  it('are made', async () => {
    const host = testHost(script);
    expect(await host.run('folder', 'make', 'Films/2026', '-s', 'cloud')).toBe(exits.done);
    expect(inputOf(host, 'folders.make')).toEqual({ serverId: 's1', path: '/Films/2026' });
    const below = testHost(script);
    await below.run('folder', 'make', 'Films/', '--json', '-s', 'cloud');
    expect(below.objects()).toMatchObject([{ event: 'folder', name: 'Films' }]);
  });

  it('are where uploads go, with what to do about names that are taken', async () => {
    const field = { label: '', help: 'a text' } as const;
    const host = testHost({
      ...script,
      'app.kinds': () => [
        {
          kind: 'example',
          title: 'Example',
          signIn: 'steps',
          expiry: false,
          serverFields: [],
          transferFields: [
            { ...field, key: 'to', type: 'folder' },
            { ...field, key: 'policy', type: 'text' },
            { ...field, key: 'conflict', type: 'choice', choices: ['ask', 'skip', 'rename', 'version'] },
            { ...field, key: 'share-downloads', type: 'number' },
          ],
        },
      ],
      'transfers.add': () => ({ added: [1], refused: [], notices: [] }),
      'transfers.decide': ({ ids }) => ({ changed: ids, refused: [], notices: [] }),
    });
    const words = ['--to', 'Films', '--policy', 'p', '--conflict', 'rename', '--share-downloads', '3'];
    expect(await host.run('add', 'f', ...words)).toBe(exits.done);
    expect(inputOf(host, 'transfers.add')).toMatchObject({
      extra: { to: '/Films', policy: 'p', conflict: 'rename', 'share-downloads': 3 },
    });
    expect(await host.run('add', 'f', '--conflict', 'burn')).toBe(exits.usage);
    expect(await host.run('retry', '1', '--conflict', 'version')).toBe(exits.done);
    expect(inputOf(host, 'transfers.decide')).toEqual({ ids: [1], decision: 'new-version' });
  });
});

describe('what broken uploads left', () => {
  const left = (id: string): LeftoverView => ({ id, name: id, path: `/${id}`, size: 5e6, kind: 'unfinished' });
  const script: Script = {
    'servers.list': () => [cloud],
    'leftovers.list': () => ({ rows: [left('x'), left('y')] }),
    'leftovers.clean': ({ ids }) => ({
      cleaned: ids.slice(0, 1),
      refused: ids.slice(1).map((id) => ({ id, problem: problemView(problem('signed-out', { server: 'cloud' })) })),
    }),
  };

  it('is shown with the room that it holds, and cleaned when that is said', async () => {
    const host = testHost(script);
    expect(await host.run('leftovers')).toBe(exits.done);
    expect(host.out()).toBe('x  /x  5 MB of room\ny  /y  5 MB of room\n');
    expect(host.err()).toContain('stevedore leftovers --clean');
    expect(inputOf(host, 'leftovers.clean')).toBeUndefined();
    expect(await host.run('leftovers', 'y', '--clean')).toBe(exits.done);
    expect(inputOf(host, 'leftovers.clean')).toEqual({ serverId: 's1', ids: ['y'] });
  });

  it('that could not be cleaned is told, and the exit status says so', async () => {
    const host = testHost(script);
    expect(await host.run('leftovers', '--clean', '--json')).toBe(exits.failed);
    expect(host.objects().map(({ event }) => event)).toEqual(['leftover', 'leftover', 'changed', 'refused']);
  });

  it('is asked about once more at a terminal', async () => {
    const host = testHost(script, { terminal: true, stdin: 'n\n' });
    expect(await host.run('leftovers', '--clean')).toBe(exits.usage);
    expect(inputOf(host, 'leftovers.clean')).toBeUndefined();
    // Ctrl-D is no yes, and an answer.
    const gone = testHost(script, { terminal: true });
    expect(await gone.run('leftovers', '--clean')).toBe(exits.usage);
    expect(inputOf(gone, 'leftovers.clean')).toBeUndefined();
  });
});

it('a transfer whose server was signed out of says how to sign in', async () => {
  const row = transferRow({ state: 'attention', problem: problemView(problem('signed-out', { server: 'nas' })) });
  const host = testHost({
    'transfers.list': () => ({
      rows: [row],
      totals: { count: 1, bytes: 1, acknowledged: 0, byState: {} as never },
      change: 0,
    }),
  });
  await host.run('list');
  expect(host.out()).toContain('      stevedore server sign-in nas\n');
});
