import { sections } from '../../preload/states.ts';
import { describe, expect, it } from 'vitest';
import { decision } from '../../preload/decisions.ts';
import { testHost, totalsOf, transferRow } from './test-host.ts';
import { serverRow } from '../../test/fakes/server-row.ts';

const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
  const rows = [transferRow({ id: 12, state: 'uploading' })];
  const host = testHost({
    'servers.list': () => [serverRow(), serverRow({ id: 's2', name: 'my attic' })],
    'transfers.list': () => ({ rows, totals: totalsOf(rows), change: 0 }),
  });
  expect(await host.run('__complete', '--', ...words)).toBe(0);
  return host.out().split('\n').filter(Boolean);
};

describe('completion', () => {
  it('completes commands, with what they do', async () => {
    expect(await complete('up')).toEqual([expect.stringMatching(/^upload\tQueue files/)]);
    expect(await complete('server', 'te')).toEqual([expect.stringMatching(/^test\t/)]);
  });
  it('completes options of the command and of all', async () => {
    expect(await complete('upload', '--li')).toEqual([expect.stringMatching(/^--limit-rate\t/)]);
    expect(await complete('upload', '--prof')).toEqual([expect.stringMatching(/^--profile\t/)]);
  });
  it('completes servers by name, after their option and as arguments', async () => {
    expect(await complete('upload', '-s', 'my')).toEqual(['my attic\thttps://nas.example']);
    expect(await complete('--profile', '/p', 'server', 'test', 'n')).toEqual(['nas\thttps://nas.example']);
  });
  it('completes transfers by id, with their names', async () =>
    expect(await complete('pause', '')).toEqual(['12\treport.pdf (uploading)']));
  it('completes what can be decided: the transfers that wait, and the decisions that they offer', async () => {
    const row = transferRow({ id: 7, state: 'attention', decisions: [decision('retry'), decision('other-server')] });
    const host = testHost({
      'transfers.sections': ({ pages = [] }) => ({
        sections: Object.fromEntries(sections.map((section) => [section, { count: 0, bytes: 0 }])) as never,
        pages: pages.map(({ section }) => (section === 'needs-you' ? [row] : [])),
        change: 0,
      }),
    });
    expect(await host.run('__complete', '--', 'decide', '')).toBe(0);
    expect(host.out()).toBe('7\treport.pdf (needs you)\nretry\tTry again\nother-server\tOther server…\n');
  });
  it('completes the file of a report', async () => expect(await complete('diagnostics', 'a')).toEqual([':files']));
  it('completes choices', async () => expect(await complete('upload', '--vault', 'f')).toEqual(['file']));
  it('leaves file names to the shell', async () => expect(await complete('upload', 'rep')).toEqual([':files']));
  it('says nothing rather than an error', async () => expect(await complete('nonsense', 'x')).toEqual([]));
});
