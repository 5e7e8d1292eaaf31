import { expect, it } from 'vitest';
import type { HistoryView } from '../../../preload/contract.ts';
import { testHost } from '../test-host.ts';

const row: HistoryView = {
  id: 1,
  transferId: 1,
  at: 0,
  ending: 'done',
  name: 'report.pdf',
  path: '/report.pdf',
  size: 1000,
  serverId: 's1',
  serverName: 'nas',
  took: 1000,
  link: 'https://nas.example/s/1',
  proof: { by: 'stored-length', detail: '1000' },
};

it('an upload that the user confirmed is not shown like one that was verified', async () => {
  const told = async (one: HistoryView): Promise<string> => {
    const host = testHost({ 'history.list': () => ({ rows: [one] }) });
    await host.run('history');
    return host.out();
  };
  expect(await told(row)).toContain('nas  https://nas.example/s/1');
  expect(await told({ ...row, proof: { by: 'person', detail: '' } })).toContain(
    'nas  Confirmed by you. Stevedore did not verify it.',
  );
});
