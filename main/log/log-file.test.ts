import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LogEntry } from '../engine/log.ts';
import { logFolder, openLog, type LogFile, type LogFileOptions } from './log-file.ts';

const bench = (more: Partial<LogFileOptions> = {}) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-log-'));
  const logs = path.join(folder, logFolder);
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  let now = 0;
  const open = (): LogFile => {
    const log = openLog({ folder, level: 'info', ticks: () => now, ...more });
    onTestFinished(() => log.close());
    return log;
  };
  return {
    folder,
    logs,
    open,
    pass: (ms: number) => void (now += ms),
    names: () => fs.readdirSync(logs).sort(),
    text: () => fs.readFileSync(path.join(logs, 'stevedore.log'), 'utf8'),
    lines: (): readonly Readonly<Record<string, unknown>>[] =>
      fs
        .readFileSync(path.join(logs, 'stevedore.log'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
  };
};
const file: LogEntry = { event: 'file', transfer: 1, name: 'a.txt' };
const state: LogEntry = { event: 'state', transfers: [1], server: 's', to: 'queued' };
const error: LogEntry = { event: 'error', error: 'Error' };

test('a line is in the file when write returns, with its time and level, for the owner of the profile only', () => {
  const { open, lines, logs } = bench();
  open().write(state);
  expect(lines()).toEqual([
    { level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string, ...state },
  ]);
  if (process.platform === 'win32') return;
  expect(fs.statSync(logs).mode & 0o777).toBe(0o700);
  expect(fs.statSync(path.join(logs, 'stevedore.log')).mode & 0o777).toBe(0o600);
});

test.each([
  ['off', []],
  ['error', ['error']],
  ['info', ['state', 'error']],
  ['debug', ['file', 'state', 'error']],
] as const)('at the level %s it holds %j', (level, events) => {
  const { open, lines, folder } = bench({ level });
  const log = open();
  for (const entry of [file, state, error]) log.write(entry);
  if (events.length === 0) expect(fs.readdirSync(folder)).toEqual([]);
  else expect(lines().map(({ event }) => event)).toEqual(events);
});

test('a level that is changed counts from the next line on', () => {
  const { open, lines } = bench();
  const log = open();
  log.write(file);
  log.setLevel('debug');
  log.write(file);
  log.setLevel('off');
  log.write(error);
  expect(lines()).toHaveLength(1);
  expect(log.level).toBe('off');
});

test('five files of 2 MB are kept, the newest lines in the first', () => {
  const { open, names, lines, logs } = bench();
  const log = open();
  const line: LogEntry = { event: 'error', error: 'x'.repeat(400_000) };
  for (let n = 0; n < 40; n++) log.write(line);
  log.write(state);
  expect(names()).toEqual([
    'stevedore.1.log',
    'stevedore.2.log',
    'stevedore.3.log',
    'stevedore.4.log',
    'stevedore.log',
  ]);
  for (const name of names()) expect(fs.statSync(path.join(logs, name)).size).toBeLessThanOrEqual(2_000_000);
  expect(lines().at(-1)).toMatchObject(state);
});

test('the next process continues the file of the last one', () => {
  const { open, lines } = bench();
  const first = open();
  first.write(state);
  first.close();
  first.write(error);
  open().write(error);
  expect(lines().map(({ event }) => event)).toEqual(['state', 'error']);
});

test('its last lines are given across files, without half lines', () => {
  const { open, logs } = bench();
  const log = open();
  log.write(state);
  fs.renameSync(path.join(logs, 'stevedore.log'), path.join(logs, 'stevedore.1.log'));
  for (let n = 0; n < 3; n++) log.write(error);
  const events = (most: number): readonly unknown[] =>
    log.tail(most).map((line) => (JSON.parse(line) as { readonly event: unknown }).event);
  expect(events(100_000)).toEqual(['state', 'error', 'error', 'error']);
  expect(events(150)).toEqual(['error']);
  expect(events(0)).toEqual([]);
});

test('lines with file names are given while the level is debug, and kept back afterwards', () => {
  const { open } = bench({ level: 'debug' });
  const log = open();
  log.write(file);
  log.write(state);
  expect(log.tail(10_000)).toHaveLength(2);
  log.setLevel('info');
  expect(log.tail(10_000).join('')).not.toContain('a.txt');
  expect(log.tail(10_000)).toHaveLength(1);
});

test('a folder that cannot be written makes it silent, and it says so until it can be written again', () => {
  const { open, logs, pass, lines } = bench();
  fs.writeFileSync(logs, 'a file where the folder belongs');
  const log = open();
  for (let n = 0; n < 3; n++) log.write(state);
  expect(log.silent).toEqual({ code: 'EEXIST', lines: 3 });
  fs.rmSync(logs);
  log.write(state);
  expect(log.silent?.lines).toBe(4);
  pass(60_000);
  log.write(error);
  expect(log.silent).toBeUndefined();
  expect(lines()).toMatchObject([error, { event: 'gap', lines: 4 }]);
});

test.runIf(fs.existsSync('/dev/full'))('a full disk makes it silent', () => {
  const { open, logs } = bench();
  fs.mkdirSync(logs);
  fs.symlinkSync('/dev/full', path.join(logs, 'stevedore.log'));
  const log = open();
  log.write(state);
  expect(log.silent).toEqual({ code: 'ENOSPC', lines: 1 });
});

test.skipIf(process.platform === 'win32')('a file that is removed while it is open is begun again', () => {
  const { open, logs, lines } = bench();
  const log = open();
  log.write(state);
  fs.rmSync(logs, { recursive: true });
  log.write(error);
  expect(lines()).toMatchObject([error]);
});

test('a profile that is another process’s by now is not written to', () => {
  let lost = false;
  const { open, lines } = bench({ isLost: () => lost });
  const log = open();
  log.write(state);
  lost = true;
  log.write(error);
  expect(lines()).toHaveLength(1);
  expect(log.silent).toBeUndefined();
});
