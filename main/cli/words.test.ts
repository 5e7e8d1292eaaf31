import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { decision } from '../../preload/decisions.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { Out } from './out.ts';
import { createReporter } from './reporter.ts';
import { transferRow } from './test-host.ts';
import { hints, sentence, sentenceOfTry, speedWords, stateWords } from './words.ts';

it('says what to do by the options of the terminal', () => {
  expect(sentence(problemView(problem('server-choice', { names: 'a, b' })))).toBe(
    'Several servers are saved (a, b), and none is the default. Nothing was sent. Name one by --server.',
  );
  expect(sentence(problemView(problem('option-unsupported', { option: '--key', server: 'nas' })))).toBe(
    'nas has no own share keys. Nothing was sent. Leave out --key.',
  );
  expect(sentenceOfTry(problemView(problem('vault-unchosen')), 'Nothing was saved.')).toContain('--vault file');
});

it('leaves the words of another version, and those that suit every host, as they are', () => {
  const newer = { code: 'server-none', params: {}, message: 'Words of tomorrow.' };
  expect(sentence(newer)).toBe('Words of tomorrow.');
  const busy = problemView(problem('server-busy', { server: 'nas', status: 503 }));
  expect(sentence(busy)).toBe(busy.message);
  expect(sentence({ code: 'constructor', params: {}, message: 'Of a prototype.' })).toBe('Of a prototype.');
});

it('says that the server is assembling the file, and how far a file was read', () => {
  const row = transferRow({ state: 'waiting', waitFor: 'server-work', waitUntil: 9_000, size: 1000, attempts: 0 });
  expect(stateWords(row, 1_000)).toBe('the server is assembling the file');
  const read = transferRow({ state: 'preparing', size: 1000, hashed: 250 });
  expect(stateWords(read, 0)).toBe('reading the file, 250 B of 1 kB');
});

it.each([
  [problem('signed-out', { server: 'nas' }), 'stevedore server sign-in nas'],
  [problem('account-banned', { server: 'nas' }), 'stevedore server sign-in nas'],
  [problem('scope-missing', { server: 'nas', scope: 'Shares.Write' }), 'stevedore server sign-in nas'],
  [problem('password-wrong', { server: 'nas' }), 'stevedore server update nas --password-stdin'],
])('names the command by which one signs in: $code', (found, command) => {
  const row = transferRow({ state: 'attention', serverName: 'nas', decisions: [decision('sign-in')] });
  expect(hints({ ...row, problem: problemView(found) })).toEqual([command]);
});

it('gives no speed and no time left while the server works on a chunk', () => {
  const row = transferRow({ state: 'uploading', size: 100, acknowledged: 80, rate: 3, leftMs: 0 });
  expect(speedWords(row)).toBe('3 B/s, 0 sec left');
  expect(speedWords({ ...row, serverWorks: true })).toBe('');
});

it('a plain report says every ten seconds that the server works on it, and no speed', () => {
  vi.useFakeTimers();
  const stdout = new PassThrough();
  const reporter = createReporter(
    new Out({ stdin: process.stdin, stdout, stderr: new PassThrough(), env: {}, cwd: '/' }, false),
  );
  const row = transferRow({ state: 'uploading', size: 100, acknowledged: 80, rate: 3, leftMs: 0, serverWorks: true });
  reporter.row(row, 'opening');
  vi.advanceTimersByTime(10_000);
  reporter.row(row, 'uploading');
  vi.useRealTimers();
  const lines = String(stdout.read()).trimEnd().split('\n');
  expect(lines.slice(1)).toEqual(Array(2).fill('report.pdf: 80 % of 100 B, the server is working on it'));
});
