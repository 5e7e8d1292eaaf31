/**
 * What tests of servers with accounts use: an engine of their own, and a site in memory, which the registry has in place of
 * the real ones.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { createApi, type Api } from '../../main/api/api.ts';
import { openEngine, type Engine } from '../../main/engine/engine.ts';
import type { AnyProvider } from '../../main/engine/providers/provider.ts';
import { providers } from '../../main/engine/providers/registry.ts';
import { createVaults } from '../../main/engine/vault/vaults.ts';
import {
  ContractError,
  type CallInput,
  type Client,
  type ServerView,
  type SignInView,
} from '../../preload/contract.ts';
import { type HeldPort, holdPort } from '../peers/held-port.ts';
import { AccountServer, address } from './account-server.ts';

/** The registry. During these tests it has the server in memory alone. */
export const known = providers as Map<string, AnyProvider>;

export let folder: string;
export let engine: Engine;
export let api: Api;
export let site: AccountServer;
export let client: Pick<Client, 'call'>;
/** All that was answered, as it crosses a transport. */
let answered: string[];
export let port: number;
let held: HeldPort;
let real: readonly (readonly [string, AnyProvider])[];

export const start = (): void => {
  const profile = join(folder, 'profile');
  const opened = openEngine(profile, createVaults(profile, { env: {} }), 'test');
  if (!opened.ok) throw new Error('not opened');
  engine = opened.value;
  api = createApi(engine, { version: 'test', profile, signInPort: port });
};
export const stop = async (): Promise<void> => {
  api.close();
  await engine.close('now');
};

/** Gives each test of the file that calls it an engine and a site of its own. */
export const prepareAccounts = (): void => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stevedore-account-'));
    await mkdir(join(folder, 'profile'), { mode: 0o700 });
    site = new AccountServer();
    real = [...known];
    known.clear();
    known.set('account', site.provider() satisfies AnyProvider);
    answered = [];
    held = await holdPort();
    ({ port } = held);
    start();
    client = {
      call: async (name, input, signal) => {
        const reply = await api.answer(name, input, signal);
        answered.push(JSON.stringify(reply));
        if (!reply.ok) throw new ContractError(reply.error);
        return reply.value as never;
      },
    };
  });
  afterEach(async () => {
    await stop();
    held.release();
    known.clear();
    for (const [kind, provider] of real) known.set(kind, provider);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    // Whatever a test did: what signs in was in no answer.
    expect(answered.join('\n')).not.toMatch(/secret-(token|key)-|hunter2|a ticket of|a verifier/);
  });
};

export type Step = Extract<SignInView, { readonly ask: unknown }>;
export const asked = (view: SignInView): Step => {
  if (!('ask' in view)) throw new Error('signed in already');
  return view;
};
export const ended = (view: SignInView): ServerView => {
  if (!('server' in view)) throw new Error('not signed in yet');
  return view.server;
};
export const signIn = (input: CallInput<'servers.signIn'>): Promise<SignInView> => client.call('servers.signIn', input);
export const problemOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ContractError ? error.problem.code : String(error)),
  );
export const right = (): Record<string, string> => ({ email: site.account, password: site.password });
export const added = async (): Promise<ServerView> => {
  const first = asked(await signIn({ address, vault: 'file' }));
  return ended(await signIn({ carry: first.carry, answers: right() }));
};
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};
export const stateOf = async (id: number): Promise<string> =>
  (await client.call('transfers.get', { id })).transfer.state;
export const file = async (name: string, size = 25): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, Buffer.alloc(size, 1));
  return path;
};
export const vaultText = (): Promise<string> => readFile(join(folder, 'profile', 'secrets.json'), 'utf8');
export const settingsText = (): Promise<string> => readFile(join(folder, 'profile', 'config.json'), 'utf8');
