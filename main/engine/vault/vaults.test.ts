import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { secretVariable } from './env-vault.ts';
import { sessionVault } from './session-vault.ts';
import type { Vault } from './vault.ts';
import { createVaults, type SecretHolder } from './vaults.ts';

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
  const where = path.join(profile, 'secrets.json');
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
  const missing = attention(problem('secret-missing', { server: 'My NAS', where }));
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
