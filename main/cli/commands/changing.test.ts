import { expect, it } from 'vitest';
import type { KindView } from '../../../preload/contract.ts';
import { problem } from '../../../preload/problems.ts';
import { serverRow } from '../../../test/fakes/server-row.ts';
import { exits } from '../exits.ts';
import { inputOf, problemView, testHost } from '../test-host.ts';

const kinds = (): KindView[] => [
  {
    kind: 'account',
    title: 'Account',
    signIn: 'steps',
    expiry: true,
    serverFields: [],
    transferFields: [
      { key: 'to', type: 'folder', label: 'Folder', help: 'folder there' },
      {
        key: 'conflict',
        role: 'conflict',
        type: 'choice',
        label: 'Conflict',
        help: 'what to do',
        choices: ['skip', 'rename'],
      },
    ],
  },
];
const answers = { 'app.kinds': kinds, 'servers.list': () => [serverRow()] };
const all = () => ({ changed: [3, 4], unchanged: [], notices: [] });

it.each([
  [
    ['3', '#4', '--server', 'NAS', '--expire', '7d'],
    { filter: { ids: [3, 4] }, serverId: 's1', expirySeconds: 604_800 },
  ],
  [
    ['--batch', '5', '--to', 'Films', '--conflict', 'rename'],
    { filter: { batch: 5 }, extra: { to: '/Films', conflict: 'rename' } },
  ],
  [['3', '--key', 'mine'], { filter: { ids: [3] }, key: 'mine' }],
  [
    ['--all', '--unset', 'key', '--unset', 'to', '--unset', 'expire'],
    { filter: {}, expirySeconds: null, key: null, extra: { to: null } },
  ],
])('uploads are changed by the options of add: %j', async (words, input) => {
  const host = testHost({ ...answers, 'transfers.change': all });
  expect(await host.run('change', ...words)).toBe(exits.done);
  expect(inputOf(host, 'transfers.change')).toEqual(input);
  expect(host.out()).toBe('changed 2 transfers\n');
});

it('what cannot be changed is told one by one, and the exit status says so', async () => {
  const why = problemView(problem('change-fixed', { server: 'nas', term: 'expiry' }));
  const host = testHost({
    ...answers,
    'transfers.change': () => ({ changed: [3], unchanged: [{ id: 4, problem: why }], notices: [] }),
  });
  expect(await host.run('change', '3', '4', '--expire', '7d')).toBe(exits.failed);
  expect(host.out()).toBe('changed transfer 3\n');
  expect(host.err()).toContain('The expiry is fixed when the upload is created on nas.');
});

it('without anything to change it says what can be changed, and why the rest cannot', async () => {
  const why = problemView(problem('change-fixed', { server: 'nas', term: 'expiry' }));
  const host = testHost({
    ...answers,
    'transfers.changeable': () => ({
      count: 14,
      over: 1,
      serverId: 's1',
      terms: [
        { term: 'server', changeable: 13, fixed: [] },
        { term: 'expiry', changeable: 11, fixed: [{ problem: why, count: 2 }] },
        { term: 'to', changeable: 13, fixed: [] },
      ],
      values: { expiry: 3600 },
      mixed: ['to'],
    }),
  });
  expect(await host.run('change', '--batch', '5')).toBe(exits.done);
  expect(host.out()).toBe(
    '13 transfers to nas\n  --server: 13 can be changed, now nas\n  --expire: 11 can be changed, now 1 hour\n  --to: 13 can be changed, now (different)\n',
  );
  expect(host.err()).toContain('2 not: The expiry is fixed when the upload is created on nas.');
  expect(host.calls.some(({ name }) => name === 'transfers.change')).toBe(false);
});

it('an option that no server has cannot be removed', async () => {
  const host = testHost({ ...answers, 'transfers.change': all });
  expect(await host.run('change', '3', '--unset', 'colour')).toBe(exits.usage);
  expect(host.calls.some(({ name }) => name === 'transfers.change')).toBe(false);
});

it.each([[[]], [['3', '--all']], [['--all', '--batch', '2']], [['--batch', 'x']]])(
  'it has to be clear which uploads are meant: %j',
  async (words) => {
    const host = testHost({ ...answers, 'transfers.change': all });
    expect(await host.run('change', ...words, '--key', 'mine')).toBe(exits.usage);
    expect(host.calls).toEqual([]);
  },
);
