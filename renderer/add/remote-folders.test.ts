import { expect, test } from 'vitest';
import { CallError, type Client } from '../client/client.ts';
import { crumbsOf, RemoteFolders } from './remote-folders.svelte.ts';

type Tree = Record<string, readonly string[]>;

const missing = (path: string) =>
  new CallError({ code: 'folder-missing', params: { path }, message: `cloud has no folder ${path}.` });

/** An account whose folders come two at a time. */
const account = (tree: Tree) => {
  const asked: string[] = [];
  let broken: CallError | undefined;
  const client = {
    call: (name: string, { path, after }: { path: string; after?: string }) => {
      asked.push(`${name} ${path}${after === undefined ? '' : ` ${after}`}`);
      const problem = broken ?? (name === 'folders.list' && tree[path] === undefined ? missing(path) : undefined);
      if (problem !== undefined) return Promise.reject(problem);
      if (name === 'folders.make') {
        tree[path] = [];
        return Promise.resolve({});
      }
      const from = Number(after ?? 0);
      const names = tree[path] ?? [];
      const folders = names
        .slice(from, from + 2)
        .map((one) => ({ name: one, path: `${path === '/' ? '' : path}/${one}` }));
      return Promise.resolve({
        folders,
        canWrite: path !== '/Shared',
        ...(from + 2 < names.length ? { next: String(from + 2) } : {}),
      });
    },
  } as unknown as Pick<Client, 'call'>;
  return { client, asked, breaks: (error: CallError | undefined) => (broken = error) };
};
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const names = (folders: RemoteFolders): readonly string[] => folders.folders.map(({ name }) => name);

test('the way to a folder begins at the root of the account', () => {
  expect(crumbsOf('/Photos/2026').map(({ path }) => path)).toEqual(['/', '/Photos', '/Photos/2026']);
  expect(crumbsOf('/')).toHaveLength(1);
});

test('keys open a folder, go up to where one came from, and ask for more near the end', async () => {
  const { client, asked } = account({ '/': ['A', 'B', 'C', 'D'], '/B': ['inner'] });
  const folders = new RemoteFolders(client, 's', '/');
  await folders.open('/');
  expect(names(folders)).toEqual(['A', 'B']);
  expect(folders.press('ArrowDown')).toBe(true);
  await settled();
  expect(names(folders)).toEqual(['A', 'B', 'C', 'D']);
  folders.press('Enter');
  await settled();
  expect([folders.path, folders.parent]).toEqual(['/B', '/']);
  folders.press('Backspace');
  await settled();
  expect([folders.path, folders.folders[folders.cursor]?.name]).toEqual(['/', 'B']);
  expect(folders.press('Tab')).toBe(false);
  expect(asked[1]).toBe('folders.list / 2');
});

test('letters find a folder, on pages that were not asked for yet as well', async () => {
  const { client } = account({ '/': ['Alpha', 'Anna', 'Beta', 'Berta', 'Zeta'] });
  const folders = new RemoteFolders(client, 's', '/');
  await folders.open('/');
  folders.press('z', 1_000);
  await settled();
  expect(folders.folders[folders.cursor]?.name).toBe('Zeta');
  folders.press('b', 3_000);
  folders.press('e', 3_100);
  folders.press('r', 3_200);
  expect(folders.folders[folders.cursor]?.name).toBe('Berta');
  folders.press('q', 9_000);
  await settled();
  expect(folders.folders[folders.cursor]?.name).toBe('Berta');
});

test('a folder that is gone is told, and can be made, or tried again', async () => {
  const tree: Tree = { '/': [] };
  const { client } = account(tree);
  const folders = new RemoteFolders(client, 's', '/Gone');
  await folders.open('/Gone');
  expect([folders.loaded, folders.problem?.code]).toEqual([false, 'folder-missing']);
  tree['/Gone'] = ['back'];
  await folders.retry();
  expect([folders.problem, names(folders)]).toEqual([undefined, ['back']]);
  await folders.open('/Never');
  expect([folders.path, folders.problem?.code]).toEqual(['/Gone', 'folder-missing']);
  await folders.makeWanted();
  expect([folders.path, folders.problem]).toEqual(['/Never', undefined]);
});

test('a new folder is opened; a name that the server refuses stays to be mended', async () => {
  const { client, breaks, asked } = account({ '/': [], '/Shared': [] });
  const folders = new RemoteFolders(client, 's', '/');
  await folders.open('/');
  breaks(new CallError({ code: 'name-refused', params: {}, message: 'cloud cannot take the name.' }));
  expect(await folders.make('a:b')).toBe(false);
  expect([folders.refusal?.code, folders.path]).toEqual(['name-refused', '/']);
  breaks(undefined);
  expect(await folders.make(' new ')).toBe(true);
  expect([folders.path, folders.refusal]).toEqual(['/new', undefined]);
  expect(asked).toContain('folders.make /new');
  await folders.open('/Shared');
  expect(folders.canWrite).toBe(false);
});

test('of two folders that are asked for at once the later one is open', async () => {
  const answers: ((value: unknown) => void)[] = [];
  const client = {
    call: () => new Promise((resolve) => answers.push(resolve)),
  } as unknown as Pick<Client, 'call'>;
  const folders = new RemoteFolders(client, 's', '/');
  void folders.open('/slow');
  void folders.open('/quick');
  const page = (name: string) => ({ folders: [{ name, path: `/x/${name}` }], canWrite: true });
  answers[1]?.(page('of quick'));
  answers[0]?.(page('of slow'));
  await settled();
  expect([folders.path, names(folders), folders.loading]).toEqual(['/quick', ['of quick'], false]);
});

test('a folder that is made while another one is opened moves nobody', async () => {
  const answers: { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }[] = [];
  const client = {
    call: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
  } as unknown as Pick<Client, 'call'>;
  const folders = new RemoteFolders(client, 's', '/');
  const page = (name: string) => ({ folders: [{ name, path: `/x/${name}` }], canWrite: true });
  const made = folders.make('new');
  void folders.open('/other');
  answers[1]?.resolve(page('of other'));
  await settled();
  answers[0]?.resolve({});
  expect(await made).toBe(false);
  expect([folders.path, folders.loading, answers.length]).toEqual(['/other', false, 2]);
  const refused = folders.make('a:b');
  void folders.open('/third');
  answers[2]?.reject(new CallError({ code: 'name-refused', params: {}, message: 'cloud cannot take the name.' }));
  expect([await refused, folders.refusal]).toEqual([false, undefined]);
});

test('a page that does not come leaves what is there, and is asked for again', async () => {
  const { client, breaks } = account({ '/': ['A', 'B', 'C'] });
  const folders = new RemoteFolders(client, 's', '/');
  await folders.open('/');
  breaks(new CallError({ code: 'server-unreachable', params: {}, message: 'cloud does not answer.' }));
  await folders.fetchMore();
  expect([names(folders), folders.problem?.code]).toEqual([['A', 'B'], 'server-unreachable']);
  breaks(undefined);
  await folders.retry();
  expect([names(folders), folders.problem]).toEqual([['A', 'B', 'C'], undefined]);
});

test('a list that nobody waits for is cancelled: by another folder, and by closing the sheet', () => {
  const signals: (AbortSignal | undefined)[] = [];
  const call = (_name: string, _input: unknown, signal?: AbortSignal): Promise<never> => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const folders = new RemoteFolders({ call }, 's', '/');
  void folders.open('/A');
  void folders.open('/B');
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, false]);
  folders.stop();
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
});
