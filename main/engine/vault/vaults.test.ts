import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { secretVariable } from './env-vault.ts';
import { sessionVault } from './session-vault.ts';
import type { Vault } from './vault.ts';
import type { SecretHolder } from './vault.ts';
import { createVaults } from './vaults.ts';

const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-vault-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
};
const server = (vault: SecretHolder['secret']['vault'], name = 'My NAS'): SecretHolder => ({
  id: `id of ${name}`,
  name,
  secret: { vault },
});
const value = (secret: string | undefined): unknown => ({ ok: true, value: secret });
const attention = (p: unknown): unknown => ({ ok: false, failure: { behaviour: 'attention', problem: p } });

test('a secret in the file comes back after a restart, and the file is for its owner alone', async () => {
  const profile = folder();
  expect(await createVaults(profile, {}).keep(server('file'), 'hunter2')).toEqual(value(undefined));
  expect(await createVaults(profile, {}).keep(server('file', 'Other'), 'hunter3')).toEqual(value(undefined));
  const vaults = createVaults(profile, {});
  expect(await vaults.secretOf(server('file'))).toEqual(value('hunter2'));
  expect(vaults.notices).toEqual([]);
  expect(fs.readdirSync(profile)).toEqual(['secrets.json']);
  if (process.platform !== 'win32') expect(fs.statSync(path.join(profile, 'secrets.json')).mode & 0o777).toBe(0o600);

  await vaults.forget(server('file'));
  expect(fs.readFileSync(path.join(profile, 'secrets.json'), 'utf8')).not.toContain('hunter2');
  const where = asSaid(path.join(profile, 'secrets.json'));
  expect(await vaults.secretOf(server('file'))).toEqual(
    attention(problem('secret-missing', { server: 'My NAS', where })),
  );
  expect(await vaults.secretOf(server('file', 'Other'))).toEqual(value('hunter3'));
});

test.skipIf(process.platform === 'win32')(
  'a file that others could read is closed to them, and that is told',
  async () => {
    const profile = folder();
    const file = path.join(profile, 'secrets.json');
    fs.writeFileSync(file, JSON.stringify({ version: 1, secrets: { 'id of My NAS': 'hunter2' }, later: true }));
    fs.chmodSync(file, 0o644);
    const vaults = createVaults(profile, {});
    expect(await vaults.secretOf(server('file'))).toEqual(value('hunter2'));
    expect(vaults.notices).toEqual([problem('secrets-were-open', { path: file })]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    // Fields of another version stay.
    await vaults.keep(server('file', 'Other'), 'x');
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toMatchObject({ later: true });
  },
);

test('a broken file is told without a word of it, and is not written over', async () => {
  const profile = folder();
  const file = path.join(profile, 'secrets.json');
  const text = '{"version":1,"secrets":{"id of My NAS": hunter2';
  fs.writeFileSync(file, text, { mode: 0o600 });
  const vaults = createVaults(profile, {});
  const refused = attention(problem('secrets-broken', { path: file }));
  expect(await vaults.secretOf(server('file'))).toEqual(refused);
  expect(await vaults.keep(server('file'), 'new')).toEqual(refused);
  expect(fs.readFileSync(file, 'utf8')).toBe(text);
});

test('a secret in the environment is found by the server’s name, and cannot be kept there', async () => {
  expect(secretVariable('My NAS-2')).toBe('STEVEDORE_SECRET_MY_NAS_2');
  const where = 'STEVEDORE_SECRET_MY_NAS';
  const vaults = createVaults(folder(), { env: { [where]: 'hunter2' } });
  expect(await vaults.secretOf(server('env'))).toEqual(value('hunter2'));
  expect(await vaults.keep(server('env'), 'hunter2')).toEqual(value(undefined));
  const missing = attention(problem('secret-missing', { server: 'My NAS', where: asSaid(where) }));
  expect(await vaults.keep(server('env'), 'another')).toEqual(missing);
  expect(await createVaults(folder(), { env: { [where]: '' } }).secretOf(server('env'))).toEqual(missing);
});

test('what the app keeps is out of reach without it, and in reach with it', async () => {
  const refused = attention(problem('secret-in-app', { server: 'My NAS' }));
  const terminal = createVaults(folder(), {});
  expect(await terminal.secretOf(server('app'))).toEqual(refused);
  expect(await terminal.keep(server('app'), 'hunter2')).toEqual(refused);
  const system: Vault = { ...sessionVault(), kind: 'app' };
  const app = createVaults(folder(), { app: system });
  await app.keep(server('app'), 'hunter2');
  expect(await app.secretOf(server('app'))).toEqual(value('hunter2'));
});

test('a secret given for this run goes before the saved one, for its server alone, until a new one is kept', async () => {
  const profile = folder();
  const vaults = createVaults(profile, { session: new Map([['My NAS', 'for now']]) });
  expect(await vaults.secretOf(server('app'))).toEqual(value('for now'));
  expect(await vaults.secretOf(server('none'))).toEqual(value('for now'));
  expect(await vaults.secretOf(server('none', 'Other'))).toEqual(value(undefined));
  await vaults.keep(server('file'), 'kept');
  expect(await vaults.secretOf(server('file'))).toEqual(value('kept'));
  expect(await vaults.keep(server('none', 'Other'), 'this run')).toEqual(value(undefined));
  expect(await vaults.secretOf(server('none', 'Other'))).toEqual(value('this run'));
  await vaults.forget(server('none', 'Other'));
  expect(await vaults.secretOf(server('none', 'Other'))).toEqual(value(undefined));
});

test('what signs in is renewed where it is, and not where nothing is kept or nobody is signed in any more', async () => {
  const profile = folder();
  const vaults = createVaults(profile, { env: { STEVEDORE_SECRET_MY_NAS: 'first' } });
  await vaults.keep(server('file'), 'first');
  expect(await vaults.renew(server('file'), 'second')).toEqual(value(undefined));
  expect(await createVaults(profile, {}).secretOf(server('file'))).toEqual(value('second'));
  expect(await vaults.renew(server('env'), 'second')).toEqual(
    attention(problem('secret-unkept', { server: 'My NAS' })),
  );
  await vaults.forget(server('file'));
  // A renewal that comes late brings nothing back.
  const out = {
    ok: false,
    failure: { behaviour: 'attention', scope: 'account', problem: problem('signed-out', { server: 'My NAS' }) },
  };
  expect(await vaults.renew(server('file'), 'third')).toEqual(out);
  expect(await vaults.renew(server('none'), 'third')).toEqual(out);
  expect(fs.readFileSync(path.join(profile, 'secrets.json'), 'utf8')).not.toMatch(/first|second|third/);

  const once = createVaults(profile, { session: new Map([['My NAS', 'for now']]) });
  expect(await once.renew(server('app'), 'renewed')).toEqual(value(undefined));
  expect(await once.secretOf(server('app'))).toEqual(value('renewed'));
});

test('secrets of uploads are kept beside the server’s, apart from one another, and go with their transfer', async () => {
  const profile = folder();
  const vaults = createVaults(profile, {});
  await vaults.keep(server('file'), 'server');
  const one = vaults.uploads.of(server('file'), 1);
  const two = vaults.uploads.of(server('file'), 2);
  expect(await one.set('key', 'of one')).toEqual(value(undefined));
  await two.set('key', 'of two');
  await two.set('other', 'of two, too');
  expect(await createVaults(profile, {}).uploads.of(server('file'), 1).get('key')).toEqual(value('of one'));
  expect(await one.get('other')).toEqual(value(undefined));
  await two.remove('other');
  expect(await two.get('other')).toEqual(value(undefined));
  await vaults.uploads.forgetTransfer(1);
  expect([await one.get('key'), await two.get('key')]).toEqual([value(undefined), value('of two')]);

  const later = createVaults(profile, {});
  await later.uploads.sweep((transferId) => transferId === 2);
  expect(await two.get('key')).toEqual(value('of two'));
  // What the sweep has seen is known: its end removes it.
  await later.uploads.forgetTransfer(2);
  expect(await two.get('key')).toEqual(value(undefined));
  await two.set('key', 'of two');
  await createVaults(profile, {}).uploads.sweep(() => false);
  expect(await two.get('key')).toEqual(value(undefined));
  expect(await vaults.secretOf(server('file'))).toEqual(value('server'));
});

test('secrets of uploads outlive signing out, and are found after the server’s moved elsewhere', async () => {
  const app: Vault = { ...sessionVault(), kind: 'app' };
  const vaults = createVaults(folder(), { app });
  await vaults.keep(server('file'), 'server');
  await vaults.uploads.of(server('file'), 1).set('key', 'of one');
  expect(await vaults.forget(server('file'))).toEqual(value(undefined));
  const out = vaults.uploads.of(server('none'), 1);
  expect([await out.get('key'), await out.get('another')]).toEqual([value('of one'), value(undefined)]);
  await vaults.keep(server('app'), 'server');
  const moved = vaults.uploads.of(server('app'), 1);
  expect(await moved.get('key')).toEqual(value('of one'));
  await moved.set('key', 'another');
  expect(await moved.get('key')).toEqual(value('another'));
  expect(await vaults.uploads.of(server('env'), 1).get('key')).toEqual(value('of one'));
  await vaults.uploads.forgetTransfer(1);
  expect(await moved.get('key')).toEqual(value(undefined));
  expect(await vaults.uploads.of(server('file'), 1).get('key')).toEqual(value(undefined));
  expect(await vaults.secretOf(server('app'))).toEqual(value('server'));
  await moved.set('key', 'last');
  await vaults.uploads.forgetServer(server('app').id);
  expect(await moved.get('key')).toEqual(value(undefined));
});

test('secrets of uploads are kept for this run where the server’s was given for it, and nowhere in the environment', async () => {
  const vaults = createVaults(folder(), {
    session: new Map([['My NAS', 'for now']]),
    env: { STEVEDORE_SECRET_OTHER: 'x' },
  });
  const uploads = vaults.uploads.of(server('app'), 1);
  await uploads.set('key', 'of one');
  expect(await uploads.get('key')).toEqual(value('of one'));
  expect(await uploads.get('another')).toEqual(value(undefined));
  await vaults.forget(server('app'));
  const refused = attention(problem('upload-secret-unkept', { server: 'Other' }));
  expect(await vaults.uploads.of(server('env', 'Other'), 1).set('key', 'x')).toEqual(refused);
  expect(await vaults.uploads.of(server('env', 'Other'), 1).get('key')).toEqual(refused);
});
