import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { appVault, type Cipher } from './app-vault.ts';

const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-app-vault-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
};
const value = (secret: string | undefined): unknown => ({ ok: true, value: secret });
const attention = (p: unknown): unknown => ({ ok: false, failure: { behaviour: 'attention', problem: p } });
const text = (profile: string): string => fs.readFileSync(path.join(profile, 'vault.json'), 'utf8');

/** A system that turns bytes around under a numbered key. */
class System implements Cipher {
  key = 1;
  oldest = 1;
  backend: 'system' | 'basic' = 'system';
  falls = false;
  reachable = true;
  readonly told: string[] = [];
  readonly strength = (): 'system' | 'basic' => this.backend;
  readonly useBasic = (): void => void this.told.push('basic');
  readonly available = (): Promise<boolean> => Promise.resolve(this.reachable);
  readonly seal = (secret: string): Promise<{ sealed: Buffer; basic: boolean }> => {
    this.told.push('seal');
    const sealed = Buffer.concat([Buffer.from([this.key]), Buffer.from(secret).map((byte) => byte ^ 0xff)]);
    return Promise.resolve({ sealed, basic: this.backend === 'basic' || this.falls });
  };
  readonly open = (sealed: Buffer): Promise<{ secret: string; stale: boolean }> => {
    const key = sealed[0] ?? 0;
    if (key < this.oldest || key > this.key) return Promise.reject(new Error('no such key'));
    const secret = Buffer.from(sealed.subarray(1).map((byte) => byte ^ 0xff)).toString();
    return Promise.resolve({ secret, stale: key !== this.key });
  };
}

const never = (): Promise<boolean> => Promise.reject(new Error('asked without need'));

test('a secret comes back after a restart, and stands nowhere in the file', async () => {
  const profile = folder();
  const system = new System();
  const vault = appVault(profile, system, never);
  expect(await vault.get('a', 'Hafen')).toEqual(value(undefined));
  expect(await vault.set('a', 'Hafen', 'hunter2')).toEqual(value(undefined));
  expect(await vault.set('b', 'Other', 'hunter3')).toEqual(value(undefined));
  expect(text(profile)).not.toMatch(/hunter|aHVudGVy/);
  expect(fs.readdirSync(profile)).toEqual(['vault.json']);
  if (process.platform !== 'win32') expect(fs.statSync(path.join(profile, 'vault.json')).mode & 0o777).toBe(0o600);
  expect(await appVault(profile, system, never).get('a', 'Hafen')).toEqual(value('hunter2'));

  expect(await vault.remove('a', 'Hafen')).toEqual(value(undefined));
  expect(await vault.get('a', 'Hafen')).toEqual(value(undefined));
  expect(await vault.get('b', 'Other')).toEqual(value('hunter3'));
});

test('secrets that are kept at the same moment are all kept', async () => {
  const profile = folder();
  const vault = appVault(profile, new System(), never);
  await Promise.all([1, 2, 3, 4].map((n) => vault.set(`id ${n}`, 'Hafen', `secret ${n}`)));
  expect(await Promise.all([1, 2, 3, 4].map((n) => vault.get(`id ${n}`, 'Hafen')))).toEqual(
    [1, 2, 3, 4].map((n) => value(`secret ${n}`)),
  );
});

test('where the system only hides, the person is asked before anything is sealed, and a no keeps nothing', async () => {
  const profile = folder();
  const system = new System();
  system.backend = 'basic';
  const vault = appVault(profile, system, () => Promise.resolve(false));
  expect(await vault.set('a', 'Hafen', 'hunter2')).toEqual(attention(problem('vault-refused', { server: 'Hafen' })));
  expect(system.told).toEqual([]);
  expect(fs.readdirSync(profile)).toEqual([]);
});

test('a yes is asked for once, and is known after a restart before the first secret is opened', async () => {
  const profile = folder();
  const system = new System();
  system.backend = 'basic';
  let asked = 0;
  const consent = (): Promise<boolean> => Promise.resolve(++asked > 0);
  const vault = appVault(profile, system, consent);
  await vault.set('a', 'Hafen', 'hunter2');
  await vault.set('b', 'Other', 'hunter3');
  expect(asked).toBe(1);
  system.told.length = 0;
  expect(await appVault(profile, system, never).get('a', 'Hafen')).toEqual(value('hunter2'));
  expect(system.told).toEqual(['basic']);
});

test('asks as well where the system promised more than it did', async () => {
  const profile = folder();
  const system = new System();
  system.falls = true;
  const refused = attention(problem('vault-refused', { server: 'Hafen' }));
  expect(await appVault(profile, system, () => Promise.resolve(false)).set('a', 'Hafen', 'hunter2')).toEqual(refused);
  expect(fs.readdirSync(profile)).toEqual([]);
  expect(await appVault(profile, system, () => Promise.resolve(true)).set('a', 'Hafen', 'x')).toEqual(value(undefined));
});

test('a system that cannot encrypt is refused in words, and nothing is written', async () => {
  const profile = folder();
  const system = new System();
  const vault = appVault(profile, system, never);
  await vault.set('a', 'Hafen', 'hunter2');
  const before = text(profile);
  system.reachable = false;
  const unavailable = attention(problem('vault-unavailable', { server: 'Other' }));
  expect(await vault.set('b', 'Other', 'hunter3')).toEqual(unavailable);
  expect(await vault.get('a', 'Hafen')).toEqual(attention(problem('vault-locked', { server: 'Hafen' })));
  expect(text(profile)).toBe(before);
});

test('a secret under an old key is sealed anew; one whose key is lost is asked for again', async () => {
  const profile = folder();
  const system = new System();
  const vault = appVault(profile, system, never);
  await vault.set('a', 'Hafen', 'hunter2');
  const before = text(profile);
  system.key = 2;
  expect(await vault.get('a', 'Hafen')).toEqual(value('hunter2'));
  expect(text(profile)).not.toBe(before);
  system.oldest = 2;
  expect(await vault.get('a', 'Hafen')).toEqual(value('hunter2'));
  system.key = system.oldest = 3;
  expect(await vault.get('a', 'Hafen')).toEqual(attention(problem('secret-unreadable', { server: 'Hafen' })));
});

test('a broken file is told, and is not written over', async () => {
  const profile = folder();
  const file = path.join(profile, 'vault.json');
  for (const broken of [
    '{"version":1,',
    '[]',
    '{"version":2,"basic":false,"secrets":{}}',
    '{"version":1,"secrets":{}}',
  ]) {
    fs.writeFileSync(file, broken);
    const vault = appVault(profile, new System(), never);
    const refused = attention(problem('secrets-broken', { path: file }));
    expect(await vault.get('a', 'Hafen')).toEqual(refused);
    expect(await vault.set('a', 'Hafen', 'x')).toEqual(refused);
    expect(await vault.remove('a', 'Hafen')).toEqual(refused);
    expect(text(profile)).toBe(broken);
  }
});
