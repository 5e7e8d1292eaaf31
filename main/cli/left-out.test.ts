import { describe, expect, it } from 'vitest';
import type { HistoryView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { exits } from './exits.ts';
import { problemView, testHost, totalsOf, transferRow, type Script } from './test-host.ts';

const why = problemView(problem('name-skipped', { server: 'nas', name: 'report.pdf' }));
const leftOut = transferRow({ state: 'cancelled', wish: 'cancel', problem: why, change: 5 });

describe('what was left out because its name is taken', () => {
  it('is listed with the reason, and what was cancelled is not', async () => {
    const rows = [leftOut, transferRow({ id: 2, name: 'other.pdf', state: 'cancelled', wish: 'cancel' })];
    const script: Script = { 'transfers.list': () => ({ rows, totals: totalsOf(rows), change: 0 }) };
    const [plain, json] = [testHost(script), testHost(script)];
    expect(await plain.run('list')).toBe(exits.done);
    expect(plain.out()).toMatch(/report\.pdf .* left out, 0 %\n {6}report\.pdf is on nas already\. It was left out/);
    expect(plain.out()).toMatch(/other\.pdf .* cancelled, 0 %\n$/);
    await json.run('list', '--json');
    expect(json.objects()[0]).toMatchObject({
      state: 'cancelled',
      words: 'left out',
      problem: { code: 'name-skipped' },
    });
  });

  it('says so in the history', async () => {
    const row: HistoryView = {
      id: 1,
      transferId: 1,
      at: 0,
      ending: 'cancelled',
      name: 'report.pdf',
      path: '/report.pdf',
      size: 1000,
      serverId: 's1',
      serverName: 'nas',
      took: 0,
      problem: why,
    };
    const host = testHost({ 'history.list': () => ({ rows: [row] }) });
    expect(await host.run('history')).toBe(exits.done);
    expect(host.out()).toContain('nas  report.pdf is on nas already. It was left out, as you wished');
  });

  it('is named as such where it is the answer, and nothing is to be sent then', async () => {
    const host = testHost({ 'transfers.decide': ({ ids }) => ({ changed: ids, refused: [], notices: [] }) });
    expect(await host.run('retry', '1', '--conflict', 'skip')).toBe(exits.done);
    expect([host.out(), host.err()]).toEqual(['left out transfer 1\n', '']);
  });

  it('is summed up beside what is done while others are under way', async () => {
    const host = testHost({ 'transfers.add': () => ({ added: [1, 2], refused: [], notices: [] }) }, { terminal: true });
    const status = host.run('upload', 'a', 'b');
    await expect.poll(() => host.calls.some((call) => call.name === 'transfers.since')).toBe(true);
    const moving = transferRow({ id: 2, state: 'uploading', change: 6 });
    host.emit('transfers', { rows: [leftOut, moving], removed: [], totals: totalsOf([]), change: 6 });
    await expect.poll(() => host.out() + host.err()).toContain('0 of 2 done · 1 left out');
    const done = { ...moving, state: 'done', change: 7 } as const;
    host.emit('transfers', { rows: [done], removed: [], totals: totalsOf([]), change: 7 });
    expect(await status).toBe(exits.done);
  });
});
