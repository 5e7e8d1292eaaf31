import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../preload/problems.ts';
import { StoreDamagedError } from './engine/store/damage.ts';
import { DiskFullError } from './engine/store/errors.ts';
import { faultLog, LastNet } from './last-net.ts';
import { faultText } from './log/fault-text.ts';

const bench = () => {
  const seen = { ends: [] as Problem[], reports: [] as Problem[], written: '' };
  let now = 1_000_000;
  const net = new LastNet({
    end: (reason) => seen.ends.push(reason),
    write: (said) => (seen.written += said),
    now: () => now,
  });
  net.onFault(() => {
    throw new Error('a broken listener');
  });
  net.onFault((reason) => seen.reports.push(reason));
  return { net, seen, pass: (ms: number) => (now += ms) };
};
const secret = 'https://user:hunter2@example.org/';

describe('a fault that nobody caught', () => {
  it('is reported to everybody who listens, and the program continues', () => {
    const { net, seen } = bench();
    net.caught(new TypeError(secret));
    expect(seen.reports).toMatchObject([{ code: 'fault', params: { what: 'TypeError' } }]);
    expect(seen.ends).toEqual([]);
  });

  it('is logged in the profile, for its owner only and without its message', () => {
    const { net, seen } = bench();
    const folder = mkdtempSync(join(tmpdir(), 'stevedore-net-'));
    net.logIn(folder);
    net.caught(new TypeError(secret));
    net.caught(secret);
    const path = join(folder, faultLog);
    const logged = readFileSync(path, 'utf8');
    expect(logged).toMatch(/^\S+Z TypeError\n {4}at .*last-net\.test\.ts/);
    expect(logged).toContain('a thrown string');
    expect(logged + JSON.stringify(seen.reports)).not.toContain('hunter2');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(seen).toMatchObject({ written: '', reports: [{ params: { log: path } }, { params: { log: path } }] });
  });

  it('is logged without its message where that looks like a place in the program, and in a few kB', () => {
    const long = new TypeError(`no\n    at ${secret}\n    at the end`);
    expect(faultText(long)).toMatch(/^TypeError\n {4}at .*last-net\.test\.ts/);
    expect(faultText(long)).not.toContain('hunter2');
    long.message = 'changed since';
    expect(faultText(long)).not.toContain('hunter2');
    const huge = Object.assign(new Error('x'), { name: 'N'.repeat(1e6), stack: `    at ${'x'.repeat(1e6)}` });
    expect(faultText(Object.assign(huge, { code: 'C'.repeat(1e6) })).length).toBeLessThan(10_000);
  });

  it('is written out where no profile is known, or its log cannot be', () => {
    const { net, seen } = bench();
    net.caught(new RangeError('x'));
    net.logIn(join(tmpdir(), 'no', 'such', 'folder'));
    net.caught(new TypeError('x'));
    expect(seen.written).toMatch(/RangeError[^]*TypeError/);
    expect(seen.reports).toHaveLength(2);
  });

  it.each<[string, Error]>([
    ['an error of the store', new StoreDamagedError()],
    ['an error of SQLite', Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 })],
  ])('ends the program where it is %s', (_name, error) => {
    const { net, seen } = bench();
    net.caught(error);
    expect(seen.reports).toMatchObject([{ code: 'fault-ended' }]);
    expect(seen.ends).toHaveLength(1);
  });

  it('of a full disk, which stops the queue by itself, does not end the program', () => {
    const { net, seen } = bench();
    net.caught(new DiskFullError('/profile'));
    expect(seen.ends).toEqual([]);
  });

  it('ends the program when many come in quick succession, and not when they come one by one', () => {
    const slow = bench();
    for (let i = 0; i < 50; i++) {
      slow.net.caught(new Error('x'));
      slow.pass(1_000);
    }
    expect(slow.seen.ends).toEqual([]);
    const quick = bench();
    for (let i = 0; i < 21; i++) quick.net.caught(new Error('x'));
    expect(quick.seen.ends).toHaveLength(1);
  });

  it('has a text even where it is no error', () => {
    expect(faultText(undefined)).toBe('a thrown undefined');
    expect(faultText(Object.assign(new Error('x'), { stack: undefined, code: 'E1' }))).toBe('Error E1');
  });
});

it('a process under the net outlives a throw in a timer, a listener and a promise', async () => {
  const program = `
    import { installLastNet, tellAll } from ${JSON.stringify(new URL('./last-net.ts', import.meta.url).href)};
    const net = installLastNet({ end: () => process.exit(9), write: () => undefined });
    const seen = [];
    net.onFault(({ params }) => seen.push(params.what));
    setTimeout(() => { throw new TypeError('timer'); }, 1);
    Promise.reject(new RangeError('promise'));
    tellAll([() => { throw new SyntaxError('listener'); }, () => console.log('the next listener')], (each) => each());
    const look = setInterval(() => {
      if (seen.length < 3) return;
      clearInterval(look);
      console.log(seen.sort().join());
    }, 5);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, ended] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(said).toBe('the next listener\nRangeError,SyntaxError,TypeError\n');
  expect(ended).toEqual([0, null]);
});
