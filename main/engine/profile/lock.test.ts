import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holdProfile } from './lock.ts';

const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-lock-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
};

/** Another process that holds the profile, forgets what it was given, collects garbage, and stays. */
const holder = async (profile: string) => {
  const script = `
    const { holdProfile } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    const owned = holdProfile(${JSON.stringify(profile)}).owned;
    for (let n = 0; n < 5; n++) { gc(); await new Promise((go) => setTimeout(go, 5)); }
    console.log(owned);
    setInterval(() => gc(), 20);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, owned: said.toString().trim() === 'true' };
};

test('a profile has one owner, and is free again when it is released', () => {
  const profile = path.join(folder(), 'new');
  const first = holdProfile(profile);
  expect(first.owned).toBe(true);
  expect(holdProfile(profile).owned).toBe(false);
  // Having looked must not have lost the lock.
  expect(holdProfile(profile).owned).toBe(false);
  if (first.owned) first.release();
  const next = holdProfile(profile);
  expect(next.owned).toBe(true);
  if (next.owned) next.release();
});

test('another process’s hold is seen, outlives its garbage collection, and ends with kill -9 at once', async () => {
  const profile = folder();
  const { child, owned } = await holder(profile);
  expect(owned).toBe(true);
  expect(holdProfile(profile).owned).toBe(false);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  const mine = holdProfile(profile);
  expect(mine.owned).toBe(true);
  expect((await holder(profile)).owned).toBe(false);
  if (mine.owned) mine.release();
});

test('a hold whose file was removed or replaced, or whose folder was moved, is lost', () => {
  if (process.platform === 'win32') return;
  const parent = folder();
  const losses: readonly ((lock: string, profile: string) => void)[] = [
    (lock) => fs.rmSync(lock),
    (lock) => {
      fs.writeFileSync(`${lock}.new`, '');
      fs.renameSync(`${lock}.new`, lock);
    },
    (_lock, profile) => fs.renameSync(profile, `${profile}.moved`),
    (_lock, profile) => fs.rmSync(profile, { recursive: true }),
  ];
  for (const [n, lose] of losses.entries()) {
    const profile = path.join(parent, String(n));
    const first = holdProfile(profile);
    if (!first.owned) throw new Error('not owned');
    expect(first.isLost()).toBe(false);
    lose(path.join(profile, 'owner.lock'), profile);
    expect(first.isLost()).toBe(true);
    // Another one can own the profile now, and does not lose it when the first lets go.
    const second = holdProfile(profile);
    if (!second.owned) throw new Error('not owned');
    first.release();
    expect(second.isLost()).toBe(false);
    expect(holdProfile(profile).owned).toBe(false);
    second.release();
  }
});
