import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { exits } from '../exits.ts';
import { decision } from '../../../preload/decisions.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { inputOf, problemView, testHost, totalsOf, transferRow } from '../test-host.ts';
import { serverRow } from '../../../test/fakes/server-row.ts';

describe('wishes', () => {
  it('go to the ids, and refusals are told one by one', async () => {
    const host = testHost({ 'transfers.wish': () => ({ changed: [3], refused: [{ id: 4, state: 'done' }] }) });
    expect(await host.run('pause', '3', '#4')).toBe(exits.failed);
    expect(inputOf(host, 'transfers.wish')).toEqual({ filter: { ids: [3, 4] }, wish: 'pause' });
    expect(host.out()).toBe('paused transfer 3\n');
    expect(host.err()).toContain('4: This transfer is done: it cannot be paused now.');
  });

  it('go to all without counting those that are done as failures', async () => {
    const host = testHost({ 'transfers.wish': () => ({ changed: [3, 5], refused: [{ id: 4, state: 'done' }] }) });
    expect(await host.run('resume', '--all')).toBe(exits.done);
    expect(inputOf(host, 'transfers.wish')).toEqual({ filter: {}, wish: 'resume' });
    expect(host.out()).toBe('resumed 2 transfers\n');
  });

  it('to remove all needs --yes where nobody can be asked', async () => {
    const host = testHost();
    expect(await host.run('remove', '--all')).toBe(exits.usage);
    expect(host.err()).toContain('--yes');
  });

  it.each([
    ['y\n', exits.done],
    ['n\n', exits.usage],
    ['\n', exits.usage],
  ])('to cancel those of a server asks at a terminal: %j', async (stdin, status) => {
    const host = testHost(
      {
        'transfers.list': () => ({ rows: [], totals: { ...totalsOf([]), count: 12 }, change: 0 }),
        'transfers.wish': () => ({ changed: [], refused: [] }),
      },
      { stdin, terminal: true },
    );
    expect(await host.run('cancel', '--server', 'nas')).toBe(status);
    expect(host.err()).toContain('cancel 12 transfers? [y/N]');
    expect(host.calls.some((call) => call.name === 'transfers.wish')).toBe(status === exits.done);
  });

  it.each([
    problem('freed-later', { server: 'nas' }),
    problem('left-on-server', { server: 'nas', until: 0 }),
    problem('left-over', { server: 'nas', name: 'a' }),
    problem('doubt-left', { server: 'nas' }),
    problem('not-deletable', { server: 'nas' }),
  ])('to cancel waits until the server is freed, and says what is left there: $code', async (told) => {
    const left = problemView(told);
    const row = transferRow({ state: 'uploading', wish: 'cancel' });
    const host = testHost({
      'transfers.wish': () => ({ changed: [1], refused: [] }),
      'transfers.list': () => ({ rows: [row], totals: totalsOf([row]), change: 1 }),
      'transfers.get': () => ({
        transfer: row,
        chunks: { count: 1, acknowledged: [], inFlight: [] },
        log: [{ at: 0, problem: left }],
      }),
    });
    const status = host.run('cancel', '1');
    while (!host.calls.some((call) => call.name === 'transfers.list'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(host.out()).toBe('');
    host.emit('transfers', { rows: [{ ...row, state: 'cancelled' }], removed: [], totals: totalsOf([]), change: 2 });
    expect(await status).toBe(exits.done);
    expect(host.out()).toBe('cancelled transfer 1\n');
    expect(host.err()).toContain(left.message.slice(0, 40));
  });

  it('to send new finds those whose files changed', async () => {
    const changed = problemView(problem('file-changed', { path: '/f', what: 'size' }));
    const wrong = problemView(problem('password-wrong', { server: 'nas' }));
    const rows = [
      transferRow({ id: 1, state: 'attention', problem: changed }),
      transferRow({ id: 2, state: 'attention', problem: wrong }),
    ];
    const host = testHost({
      'transfers.list': () => ({ rows, totals: totalsOf(rows), change: 0 }),
      'transfers.decide': ({ ids }) => ({ changed: ids, refused: [], notices: [] }),
    });
    expect(await host.run('retry', '--all', '--send-new')).toBe(exits.done);
    expect(inputOf(host, 'transfers.decide')).toEqual({ ids: [1], decision: 'upload-changed' });
  });

  it.each([
    [['12', 'rename', '--name', 'b.pdf'], { ids: [12], decision: 'rename', value: 'b.pdf', valueIs: 'name' }],
    [['12', '13', 'skip'], { ids: [12, 13], decision: 'skip' }],
    [['12', 'other-server', '--to', 'NAS'], { ids: [12], decision: 'other-server', value: 's1', valueIs: 'server' }],
    [
      ['12', 'trust-certificate', '--fingerprint', 'AB'],
      { ids: [12], decision: 'trust-certificate', value: 'AB', valueIs: 'fingerprint' },
    ],
  ])('to decide name transfers, the decision and what it needs: %j', async (words, input) => {
    const host = testHost({
      'servers.list': () => [serverRow()],
      'transfers.decide': ({ ids }) => ({ changed: ids, refused: [], notices: [] }),
    });
    expect(await host.run('decide', ...words)).toBe(exits.done);
    expect(inputOf(host, 'transfers.decide')).toEqual(input);
  });

  it('to decide without a transfer changes nothing', async () => {
    const host = testHost();
    expect(await host.run('decide', 'skip')).toBe(exits.usage);
    expect(host.calls.some(({ name }) => name === 'transfers.decide')).toBe(false);
  });

  it('are offered for everything that needs a person: each decision with the command that makes it', async () => {
    const rows = [
      problem('name-exists', { server: 'nas', name: 'a' }),
      problem('name-refused', { server: 'nas', name: 'a', why: asSaid('a colon') }),
      problem('certificate-changed', { server: 'nas', fingerprint: 'AB:CD' }),
      problem('quota-full', { server: 'nas', size: 1 }),
      { ...problem('internal', { what: 'x' }), decisions: [decision('mark-uploaded'), decision('upload-again')] },
    ].map((why, n) => transferRow({ id: n + 1, state: 'attention', problem: { ...problemView(why), ...why } }));
    const host = testHost({ 'transfers.list': () => ({ rows, totals: totalsOf(rows), change: 0 }) });
    expect(await host.run('list')).toBe(exits.done);
    const commands = host
      .out()
      .split('\n')
      .filter((line) => line.startsWith('      stevedore '))
      .map((line) => line.trim());
    expect(commands).toEqual([
      'stevedore decide 1 skip  # Skip',
      'stevedore decide 1 new-version  # New version',
      'stevedore decide 1 rename  # Keep both',
      'stevedore remove 2  # Remove',
      'stevedore decide 2 rename --name NAME  # Rename…',
      'stevedore decide 3 trust-certificate --fingerprint AB:CD',
      'stevedore retry 4',
      'stevedore decide 5 mark-uploaded  # Mark as uploaded',
      'stevedore decide 5 upload-again  # Upload again',
    ]);
  });

  it('to move and to weigh', async () => {
    const host = testHost({ 'transfers.move': () => ({}), 'transfers.priority': () => ({ changed: [3] }) });
    expect(await host.run('move', '3', '--before', '1')).toBe(exits.done);
    expect(inputOf(host, 'transfers.move')).toEqual({ ids: [3], to: { before: 1 } });
    expect(await host.run('priority', '-7', '3')).toBe(exits.done);
    expect(inputOf(host, 'transfers.priority')).toEqual({ filter: { ids: [3] }, priority: -7 });
  });
});
