import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallInput, ProblemView, SettingsView } from '../../preload/contract.ts';
import { describe as describeProblem, problem, type Problem } from '../../preload/problems.ts';
import type { WindowInfo } from '../../preload/window.ts';
import { CallError, type Client } from '../client/client.ts';
import { AddServer, type Recognised } from './add-server.svelte.ts';

const viewOf = (reason: Problem): ProblemView => {
  const { happened, means, todo, action } = describeProblem(reason);
  const { code, params } = reason;
  return { code, params: { ...params }, message: `${happened} ${means} ${todo}`, ...(action && { action }) };
};
const found = (more: Partial<Recognised> = {}): Recognised => ({
  kind: 'k',
  kindTitle: 'Kind',
  address: 'https://api.example.org',
  title: 'files.example.org',
  needsPassword: false,
  signIn: 'password',
  limits: {},
  ...more,
});
const info: WindowInfo = {
  host: 'web',
  platform: 'linux',
  version: '1',
  vaults: ['file', 'env'],
  vaultStrength: 'plain',
  browses: true,
  signInPages: false,
};

/** A form over an engine whose answers come when the test says so. */
const setUp = (more: { readonly info?: WindowInfo; readonly settings?: SettingsView } = {}) => {
  const asked: {
    readonly name: string;
    readonly input: Record<string, unknown>;
    readonly signal: AbortSignal | undefined;
    readonly answer: (value: unknown) => Promise<void>;
    readonly refuse: (reason: Problem) => Promise<void>;
  }[] = [];
  const call = ((name: string, input: Record<string, unknown>, signal?: AbortSignal) =>
    new Promise((resolve, reject) => {
      const settled = () => vi.advanceTimersByTimeAsync(0).then(() => undefined);
      asked.push({
        name,
        input,
        signal,
        answer: (value) => (resolve(value as never), settled()),
        refuse: (reason) => (reject(new CallError(viewOf(reason))), settled()),
      });
    })) as Client['call'];
  const form = new AddServer({ client: { call }, info: more.info ?? info, settings: more.settings });
  const last = () => asked[asked.length - 1] ?? expect.fail('nothing was asked');
  /** Types an address and lets it be recognised. */
  const recognise = async (what: Recognised): Promise<void> => {
    form.typeAddress('https://files.example.org');
    await vi.advanceTimersByTimeAsync(400);
    await last().answer(what);
  };
  return { form, asked, last, recognise };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('asks an address 400 ms after the last key, once', async () => {
  const { form, asked } = setUp();
  for (const text of ['files', 'files.ex', 'files.example.org']) {
    form.typeAddress(text);
    await vi.advanceTimersByTimeAsync(399);
  }
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toMatchObject([{ name: 'servers.recognise', input: { address: 'files.example.org' } }]);
  expect(form.probe.state).toBe('asking');
});

it('asks nothing of the beginning of an address', async () => {
  const { form, asked } = setUp();
  for (const text of ['h', 'https', 'https://', ' ']) {
    form.typeAddress(text);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(asked).toEqual([]);
});

it('cancels the question that typing has overtaken, and the last one when the sheet is closed', async () => {
  const { form, asked } = setUp();
  for (const address of ['https://one', 'https://two']) {
    form.typeAddress(address);
    await vi.advanceTimersByTimeAsync(400);
  }
  expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
  form.stop();
  expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
});

it('drops an answer, good or bad, that typing has overtaken', async () => {
  const { form, asked } = setUp();
  form.typeAddress('https://one');
  await vi.advanceTimersByTimeAsync(400);
  form.typeAddress('https://two');
  await vi.advanceTimersByTimeAsync(400);
  await asked[0]?.answer(found({ title: 'one' }));
  expect(form.probe).toEqual({ state: 'asking', address: 'https://two' });
  await asked[1]?.answer(found({ title: 'two' }));
  expect(form.name).toBe('two');
  form.typeAddress('https://three');
  await vi.advanceTimersByTimeAsync(400);
  form.typeAddress('');
  await asked[2]?.refuse(problem('server-unrecognised', { address: 'three', tried: '' }));
  expect(form.probe).toEqual({ state: 'idle' });
});

it('asks for a password and its place before anything is sent, and keeps what was typed when it was wrong', async () => {
  const { form, asked, last, recognise } = setUp();
  await recognise(found({ needsPassword: true }));
  form.name = 'nas';
  expect(await form.submit()).toBeUndefined();
  expect(form.wrong?.place).toBe('secret');
  form.secret.text = 'wrong';
  await form.submit();
  expect(form.wrong?.place).toBe('vault');
  expect(asked).toHaveLength(1);
  form.secret.vault = 'file';
  const submitted = form.submit();
  expect(last().input).toEqual({
    address: 'https://files.example.org',
    connection: { proxy: 'system' },
    name: 'nas',
    secret: 'wrong',
    vault: 'file',
  });
  await last().refuse(problem('password-wrong', { server: 'nas' }));
  expect(await submitted).toBeUndefined();
  expect(form.wrong).toMatchObject({
    place: 'secret',
    words: 'nas does not take the password. Nothing was saved. Give the password again.',
  });
  expect([form.address, form.secret.text, form.name]).toEqual(['https://files.example.org', 'wrong', 'nas']);
});

it('preselects a place for the password only where there is one, or the keychain of the system', () => {
  const vaultOf = (more: Partial<WindowInfo>) => setUp({ info: { ...info, ...more } }).form.secret.vault;
  expect(vaultOf({})).toBeUndefined();
  expect(vaultOf({ vaults: ['file'] })).toBe('file');
  expect(vaultOf({ host: 'app', vaults: ['app', 'file', 'env'], vaultStrength: 'system' })).toBe('app');
  expect(vaultOf({ host: 'app', vaults: ['app', 'file', 'env'], vaultStrength: 'basic' })).toBeUndefined();
});

it('says nothing of an address that typing has overtaken while it was checked', async () => {
  const { form, last, recognise } = setUp();
  await recognise(found());
  const submitted = form.submit();
  const { refuse } = last();
  form.typeAddress('https://another.example.org');
  await refuse(problem('certificate-untrusted', { server: 'files', reason: 'self-signed', fingerprint: 'AA:BB' }));
  expect([await submitted, form.certificate, form.wrong, form.busy]).toEqual([undefined, undefined, undefined, false]);
});

it('trusts the certificate that was shown, and goes on with what it stopped', async () => {
  const { form, last, recognise } = setUp();
  const pin = Array.from({ length: 32 }, () => 'AB').join(':');
  const shown = problem('certificate-untrusted', { server: 'nas', reason: 'self-signed', fingerprint: pin });
  form.typeAddress('https://nas');
  await vi.advanceTimersByTimeAsync(400);
  await last().refuse(shown);
  expect(form.certificate?.params['fingerprint']).toBe(pin);
  const asking = form.trust();
  expect(last()).toMatchObject({ name: 'servers.recognise', input: { connection: { pin } } });
  await last().answer(found());
  expect(await asking).toBeUndefined();
  expect(form.found).toBeDefined();

  form.connection.pin = '';
  await recognise(found());
  void form.submit();
  await last().refuse(shown);
  const saving = form.trust();
  await last().answer(found());
  expect(last()).toMatchObject({ name: 'servers.add', input: { connection: { pin } } });
  await last().answer({ server: {}, notices: [] });
  expect(await saving).toEqual({ server: {}, notices: [] });
});

it('offers no expiry beyond what the server keeps, and takes its most where the setting is longer', async () => {
  const settings = { defaultExpirySeconds: 90 * 86_400 } as SettingsView;
  const { form, last, recognise } = setUp({ settings });
  await recognise(found({ limits: { expirySeconds: 7 * 86_400 } }));
  expect(Math.max(...form.expiries)).toBe(7 * 86_400);
  expect(form.expiry).toBe(String(7 * 86_400));
  void form.submit();
  expect((last().input as CallInput<'servers.add'>).defaultExpirySeconds).toBe(7 * 86_400);
});

it('takes a pasted link apart, so that only the field for the password has it', async () => {
  const { form, last } = setUp();
  const link = 'stend://settings/configInstance?apiUrl=https%3A%2F%2Fnas&password=se%20same';
  form.typeAddress(link);
  const taking = form.takeLink(link);
  expect(last()).toMatchObject({ name: 'links.read', input: { link } });
  await last().answer({
    asks: 'add-server',
    address: 'https://nas',
    kind: 'stend',
    name: 'Mine',
    fields: { web: 'https://page', size: 5 },
    saves: [],
    secret: 'se same',
  });
  expect(await taking).toBe(true);
  expect([form.address, form.kind, form.name, form.secret.text]).toEqual(['https://nas', 'stend', 'Mine', 'se same']);
  expect(form.fields).toEqual({ web: 'https://page', size: '5' });
  await vi.advanceTimersByTimeAsync(400);
  expect(last()).toMatchObject({ name: 'servers.recognise', input: { address: 'https://nas', kind: 'stend' } });
});

it('takes no web address for a link, and keeps what was typed since over what a link says', async () => {
  const { form, last } = setUp();
  form.typeAddress('https://nas/?password=no');
  expect(await form.takeLink('https://nas/?password=no')).toBe(false);
  form.typeAddress('stend://x');
  const taking = form.takeLink('stend://x');
  form.typeAddress('https://other');
  await last().answer({ asks: 'add-server', address: 'https://nas', saves: [] });
  expect(await taking).toBe(false);
  expect(form.address).toBe('https://other');
  form.typeAddress('stend://y');
  const refused = form.takeLink('stend://y');
  await last().refuse(problem('link-unknown'));
  expect(await refused).toBe(false);
  expect(form.address).toBe('stend://y');
});

it('keeps the fields in sight while the address is asked again with them', async () => {
  const { form, last, recognise } = setUp();
  await recognise(found({ address: 'https://files.example.org' }));
  expect(form.fieldsMatter).toBe(true);
  form.fields = { web: 'https://page.example.org ', empty: '' };
  form.askSoon();
  expect([form.fieldsMatter, form.found?.kind]).toEqual([true, 'k']);
  await vi.advanceTimersByTimeAsync(400);
  expect(last().input).toMatchObject({ fields: { web: 'https://page.example.org' } });
});

it('sends nothing through a proxy that cannot be one, and says so beside it', async () => {
  const { form, asked, recognise } = setUp();
  await recognise(found());
  form.connection.proxy = 'address';
  for (const address of ['', 'proxy', 'ftp://proxy', 'http://me:secret@proxy:3128']) {
    form.connection.proxyAddress = address;
    await form.submit();
    expect(form.wrong?.place).toBe('proxy');
  }
  expect(asked).toHaveLength(1);
});

it('goes on to signing in where the server has accounts, with what was typed and without a password', async () => {
  const { form, asked, recognise } = setUp();
  await recognise(found({ needsPassword: true, signIn: 'steps' }));
  expect([form.asksSignIn, form.needsPassword]).toEqual([true, false]);
  form.name = 'Cloud';
  form.expiry = '86400';
  expect(form.signInTarget()).toEqual({
    address: 'https://files.example.org',
    connection: { proxy: 'system' },
    name: 'Cloud',
    defaultExpirySeconds: 86_400,
  });
  form.connection.proxy = 'address';
  expect([form.signInTarget(), form.wrong?.place]).toEqual([undefined, 'proxy']);
  expect(asked).toHaveLength(1);
  form.blame(viewOf(problem('server-name-taken', { name: 'Cloud' })));
  expect(form.wrong?.place).toBe('name');
});

it('learns from the refusal that the server has accounts, where nothing was recognised yet', async () => {
  const { form, last } = setUp();
  form.typeAddress('https://files.example.org');
  const submitted = form.submit();
  await last().refuse(problem('sign-in-asked', { server: 'files' }));
  expect(last().name).toBe('servers.recognise');
  await last().answer(found({ needsPassword: true, signIn: 'steps' }));
  expect([await submitted, form.asksSignIn]).toEqual([undefined, true]);
});
