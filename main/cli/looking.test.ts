import { expect, it } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { exits } from './exits.ts';
import { inputOf, refuse, testHost, type Script, type TestHost } from './test-host.ts';

/** A host whose adding ends when it is cancelled. */
const looking = (terminal: boolean): TestHost => {
  const cancelled = Promise.withResolvers<undefined>();
  const script: Script = {
    'transfers.add': async () => {
      await cancelled.promise;
      return refuse(problem('adding-cancelled', { count: 0 }));
    },
    'transfers.cancelAdd': () => {
      cancelled.resolve(undefined);
      return { cancelled: true };
    },
  };
  return testHost(script, { terminal });
};

const tokenOf = async (host: TestHost): Promise<string> => {
  await expect.poll(() => host.calls.some(({ name }) => name === 'transfers.add')).toBe(true);
  return (inputOf(host, 'transfers.add') as { readonly token: string }).token;
};

it('a terminal counts what is found in folders, and Ctrl-C adds nothing', async () => {
  const host = looking(true);
  const status = host.run('add', 'photos');
  const token = await tokenOf(host);
  host.emit('adding', { token: 'of-another', files: 7, bytes: 7 });
  expect(host.out()).not.toContain('looking through');
  host.emit('adding', { token, files: 12_340, bytes: 3_400_000_000 });
  expect(host.out()).toContain('looking through folders: 12,340 files, 3.4 GB (Ctrl-C: add nothing)');
  host.interrupt();
  expect(await status).toBe(exits.interrupted);
  expect(host.calls.at(-1)).toEqual({ name: 'transfers.cancelAdd', input: { token } });
  expect(host.err()).toContain('Adding was cancelled.');
  expect(host.err()).toContain('Nothing was added.');
});

it('counts nothing where no person looks, and is cancelled there as well', async () => {
  const host = looking(false);
  const status = host.run('add', 'photos');
  const token = await tokenOf(host);
  host.emit('adding', { token, files: 12_340, bytes: 3_400_000_000 });
  host.interrupt();
  expect(await status).toBe(exits.interrupted);
  expect(host.out()).toBe('');
});
