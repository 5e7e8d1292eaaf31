import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { exits } from '../exits.ts';
import { inputOf, testHost } from '../test-host.ts';
import { settingsRow } from '../../../test/fakes/settings-row.ts';

const text = 'Stevedore diagnostics\n\nLog\n  level: info\n';
const bench = () => {
  const folder = mkdtempSync(join(tmpdir(), 'stevedore-diagnostics-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    file: join(folder, 'report.txt'),
    host: testHost({ 'app.diagnostics': () => ({ name: 'stevedore-diagnostics.txt', text }) }),
  };
};

it('a report is saved in a new file that only its owner can read', async () => {
  const { file, host } = bench();
  expect(await host.run('diagnostics', file)).toBe(exits.done);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(host.out()).toContain(`Saved ${file}. Read it before you send it.`);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('a file that exists is never changed', async () => {
  const { file, host } = bench();
  writeFileSync(file, 'mine');
  expect(await host.run('diagnostics', file)).toBe(exits.usage);
  expect(host.err()).toContain(`${file} exists and was not changed. Name another file.`);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

it('a place that cannot be written is named with the reason', async () => {
  const { file, host } = bench();
  expect(await host.run('diagnostics', join(file, 'deeper.txt'))).toBe(exits.usage);
  expect(host.err()).toContain('cannot be written (ENO');
});

it('a report is printed line by line where the file is -', async () => {
  const { host } = bench();
  expect(await host.run('diagnostics', '-')).toBe(exits.done);
  expect(host.out()).toBe(text);
});

it('the level of the log is a setting, and one that there is not is refused with those there are', async () => {
  const host = testHost({ 'settings.set': () => settingsRow({ logLevel: 'debug' }) });
  expect(await host.run('settings', 'log-level', 'debug')).toBe(exits.done);
  expect(inputOf(host, 'settings.set')).toEqual({ logLevel: 'debug' });
  expect(host.out()).toMatch(/^log-level +debug/);
  expect(await host.run('settings', 'log-level', 'loud')).toBe(exits.usage);
  expect(host.err()).toContain('loud is no value of log-level. Known: off, error, info, debug.');
});
