import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import Conf from 'conf';
import { expect, onTestFinished, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { DiskFullError, StoreRefusedError } from '../store/errors.ts';
import { openSettings, settingsOver, type SavedServer, type Settings } from './settings.ts';

const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-settings-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
};
const opened = (profile: string): Settings => {
  const settings = openSettings(profile);
  if (!settings.ok) throw new Error(settings.failure.problem.code);
  return settings.value;
};
const server = (name: string, more: Partial<SavedServer> = {}): SavedServer => ({
  id: randomUUID(),
  kind: 'any',
  name,
  address: 'https://files.example.org',
  settings: { version: 1, value: { chunk: 8 } },
  secret: { vault: 'none' },
  addedAt: 1,
  ...more,
});

test('a new profile has the defaults, and nothing is written before the first change', () => {
  const profile = folder();
  const settings = opened(profile);
  expect(settings.servers()).toEqual([]);
  expect(settings.get()).toMatchObject({
    atOnce: 3,
    perServer: 2,
    limitBytesPerSecond: null,
    linkToClipboard: true,
    defaultServerId: null,
  });
  expect(fs.readdirSync(profile)).toEqual([]);
});

test('servers and settings come back after a restart, from a file that only its owner may read', () => {
  const profile = folder();
  const settings = opened(profile);
  let changes = 0;
  const stop = settings.onChange(() => changes++);
  const one = server('One', { proxy: 'http://proxy:8080' });
  const two = server('Two');
  settings.saveServer(one);
  settings.saveServer(two);
  settings.set({ atOnce: 5, defaultServerId: one.id });
  stop();
  settings.saveServer({ ...two, name: 'Zwei' });
  expect(changes).toBe(3);
  const again = opened(profile);
  expect(again.servers()).toEqual([one, { ...two, name: 'Zwei' }]);
  expect(again.get()).toMatchObject({ atOnce: 5, perServer: 2, defaultServerId: one.id });
  again.removeServer(one.id);
  expect(again.get().defaultServerId).toBeNull();
  expect(again.servers()).toHaveLength(1);
  if (process.platform !== 'win32') expect(fs.statSync(path.join(profile, 'config.json')).mode & 0o777).toBe(0o600);
});

test('it is the file that electron-store opens, and what this version does not know stays in it', () => {
  const profile = folder();
  // As electron-store does it: conf with these options, in the folder of the app.
  const app = new Conf<Record<string, unknown>>({
    cwd: profile,
    configName: 'config',
    fileExtension: 'json',
    projectName: 'app',
  });
  const saved = server('One');
  app.set({ window: { width: 800 }, atOnce: 4, servers: [{ ...saved, colour: 'red', proxy: 'http://old:1' }] });
  const settings = opened(profile);
  expect(settings.get().atOnce).toBe(4);
  settings.saveServer({ ...saved, name: 'Eins' });
  settings.set({ perServer: 1 });
  expect(app.get('window')).toEqual({ width: 800 });
  expect(app.get('servers')).toEqual([{ ...saved, name: 'Eins', colour: 'red' }]);
  expect(app.get('perServer')).toBe(1);
});

test('a name is given to one server only, whatever its case', () => {
  const settings = opened(folder());
  settings.saveServer(server('My NAS'));
  expect(() => settings.saveServer(server('my nas'))).toThrow(StoreRefusedError);
  expect(settings.servers()).toHaveLength(1);
});

test('a broken file is told with its path and the reason, without its content, and stays as it is', () => {
  const broken: readonly (readonly [text: string, why: string])[] = [
    ['{"servers": [secret', 'not-json'],
    ['{"atOnce": 99}', 'atOnce'],
    ['{"servers": [{"id": 1}]}', 'servers.0.id'],
  ];
  for (const [text, why] of broken) {
    const profile = folder();
    const file = path.join(profile, 'config.json');
    fs.writeFileSync(file, text);
    const settings = openSettings(profile);
    expect(settings.ok).toBe(false);
    if (settings.ok) continue;
    expect(settings.failure).toMatchObject({
      behaviour: 'attention',
      problem: { code: 'settings-broken', params: { path: file } },
    });
    const told = JSON.stringify(settings.failure);
    expect(told).toContain(why);
    expect(told).not.toContain('secret');
    expect(fs.readFileSync(file, 'utf8')).toBe(text);
  }
});

test('a password in a proxy’s address is refused: secrets stand in a vault', () => {
  const settings = opened(folder());
  const save = (): void => settings.saveServer(server('One', { proxy: 'http://user:hunter2@proxy:1' }));
  expect(save).toThrow(/password/);
  expect(save).not.toThrow(/hunter2/);
  expect(settings.servers()).toEqual([]);
});

test('a server may be reached by a proxy of its own, by the system’s, or by none', () => {
  const profile = folder();
  for (const proxy of ['http://proxy:3128', 'system', 'none']) {
    const settings = opened(profile);
    const [before] = settings.servers();
    settings.saveServer({ ...(before ?? server('One')), proxy });
    expect(opened(profile).servers()).toMatchObject([{ proxy }]);
  }
});

test('where the file cannot be written nothing has changed, and the reason is told', () => {
  const failing = (code: string): Settings => {
    const file = {
      path: '/profile/config.json',
      store: {},
      set: () => {
        throw Object.assign(new Error(code), { code });
      },
    };
    const settings = settingsOver(file);
    if (!settings.ok) throw new Error('not opened');
    return settings.value;
  };
  const full = failing('ENOSPC');
  expect(() => full.set({ atOnce: 9 })).toThrow(DiskFullError);
  expect(full.get().atOnce).toBe(3);
  try {
    failing('EACCES').set({ atOnce: 9 });
    expect.unreachable();
  } catch (error) {
    expect(error instanceof StoreRefusedError && error.problem).toEqual(
      problem('profile-unwritable', { path: '/profile/config.json', reason: asSaid('EACCES') }),
    );
  }
});

test('a file that is removed while the program runs is written again with all that it had', () => {
  const profile = folder();
  const settings = opened(profile);
  const one = server('One');
  const two = server('Two');
  settings.saveServer(one);
  settings.set({ atOnce: 5 });
  fs.rmSync(path.join(profile, 'config.json'));
  expect(settings.servers()).toEqual([one]);
  settings.saveServer(two);
  fs.rmSync(path.join(profile, 'config.json'));
  settings.set({ perServer: 1 });
  const again = opened(profile);
  expect(again.servers()).toEqual([one, two]);
  expect(again.get()).toMatchObject({ atOnce: 5, perServer: 1 });
});
