import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { exits } from '../exits.ts';
import { inputOf, problemView, testHost, totalsOf, transferRow } from '../test-host.ts';

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
    const changed = problemView(problem('file-changed', { path: '/f', what: 'its size' }));
    const wrong = problemView(problem('password-wrong', { server: 'nas' }));
    const rows = [
      transferRow({ id: 1, state: 'attention', problem: changed }),
      transferRow({ id: 2, state: 'attention', problem: wrong }),
    ];
    const host = testHost({
      'transfers.list': () => ({ rows, totals: totalsOf(rows), change: 0 }),
      'transfers.sendNew': ({ ids }) => ({ changed: ids, refused: [] }),
    });
    expect(await host.run('retry', '--all', '--send-new')).toBe(exits.done);
    expect(inputOf(host, 'transfers.sendNew')).toEqual({ ids: [1] });
  });

  it('to move and to weigh', async () => {
    const host = testHost({ 'transfers.move': () => ({}), 'transfers.priority': () => ({ changed: [3] }) });
    expect(await host.run('move', '3', '--before', '1')).toBe(exits.done);
    expect(inputOf(host, 'transfers.move')).toEqual({ ids: [3], to: { before: 1 } });
    expect(await host.run('priority', '-7', '3')).toBe(exits.done);
    expect(inputOf(host, 'transfers.priority')).toEqual({ filter: { ids: [3] }, priority: -7 });
  });
});
