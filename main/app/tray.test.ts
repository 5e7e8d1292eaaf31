import { expect, test } from 'vitest';
import type { TotalsView, TransferView } from '../../preload/contract.ts';
import { decision, type DecisionRole } from '../../preload/decisions.ts';
import { FlowWatch } from '../../preload/flow.ts';
import { rowOf, totalsOf } from './test-rows.ts';
import { noFacts, stateLine, trayItems, type TrayFacts, type TrayItem } from './tray.ts';

const flowOf = (totals: TotalsView = totalsOf({})) => new FlowWatch(totals).flow;
const labels = (items: readonly TrayItem[]): readonly string[] =>
  items.map((item) => (item.kind === 'line' ? '-' : item.label));
const under = (label: string, items: readonly TrayItem[]): readonly TrayItem[] =>
  items.flatMap((item) => (item.kind === 'menu' && item.label === label ? item.items : []));

const hafen = { id: 'a', name: 'Hafen' };
const cloud = { id: 'b', name: '设计云盘' };

test('the menu uploads first, then shows how things stand, then rules all uploads, then leads to the window', () => {
  expect(labels(trayItems(flowOf(), { ...noFacts, servers: [hafen], defaultServerId: 'a' }))).toEqual([
    'Upload files…',
    'Upload clipboard',
    '-',
    'No uploads',
    '-',
    'Pause all',
    'Resume all',
    'Speed limit',
    '-',
    'Open Stevedore',
    'Settings…',
    'Quit',
  ]);
});

test('the other servers have a menu of their own, and all of them where none is the default', () => {
  const facts: TrayFacts = { ...noFacts, servers: [hafen, cloud] };
  expect(under('Upload files to', trayItems(flowOf(), { ...facts, defaultServerId: 'a' }))).toEqual([
    { kind: 'command', command: { does: 'upload', serverId: 'b' }, label: '设计云盘…', enabled: true },
  ]);
  expect(labels(under('Upload files to', trayItems(flowOf(), facts)))).toEqual(['Hafen…', '设计云盘…']);
});

test('the newest links are copied by their name and server', () => {
  const links = [{ name: 'a\u202eb.pdf', serverName: 'Hafen', link: 'https://h/d?1' }];
  expect(under('Copy link', trayItems(flowOf(), { ...noFacts, links }))).toEqual([
    {
      kind: 'command',
      command: { does: 'copy', link: 'https://h/d?1' },
      label: expect.stringMatching(/^a.+b\.pdf · Hafen$/) as string,
      enabled: true,
    },
  ]);
  const [item] = under('Copy link', trayItems(flowOf(), { ...noFacts, links }));
  expect(JSON.stringify(item)).not.toContain('\u202e');
});

test('one speed limit is chosen: none, one that is offered, or the user’s own', () => {
  const choices = (limit: number | null) =>
    under('Speed limit', trayItems(flowOf(), { ...noFacts, limit })).map((item) =>
      item.kind === 'choice' ? `${item.chosen ? '*' : ''}${item.label}` : item.kind,
    );
  expect(choices(null)).toEqual(['*Off', '1 MB/s', '5 MB/s', '20 MB/s', 'Custom…']);
  expect(choices(5_000_000)).toEqual(['Off', '1 MB/s', '*5 MB/s', '20 MB/s', 'Custom…']);
  expect(choices(300_000)).toEqual(['Off', '1 MB/s', '5 MB/s', '20 MB/s', '*Custom: 300 kB/s…']);
});

test('what can be paused can be paused, and what is paused can be resumed', () => {
  const enabled = (totals: TotalsView) =>
    trayItems(flowOf(totals), noFacts).flatMap((item) =>
      item.kind === 'command' && ['pause', 'resume'].includes(item.command.does) && item.enabled ? [item.label] : [],
    );
  expect(enabled(totalsOf({}))).toEqual([]);
  expect(enabled(totalsOf({ waiting: 1 }))).toEqual(['Pause all']);
  expect(enabled(totalsOf({ waiting: 1, paused: 4 }))).toEqual(['Pause all', 'Resume all']);
  expect(enabled(totalsOf({ paused: 4 }))).toEqual(['Resume all']);
});

test('a line says how things stand', () => {
  const line = (totals: TotalsView): string => stateLine(flowOf(totals));
  expect(line(totalsOf({ done: 9 }))).toBe('No uploads');
  expect(line(totalsOf({ queued: 2, waiting: 1 }))).toBe('3 waiting');
  expect(line(totalsOf({ paused: 2 }))).toBe('2 paused');
  expect(line(totalsOf({ attention: 2 }))).toBe('2 need attention');
});

test('the menu offers what can be decided about each upload that needs a person', () => {
  const asks = (id: number, ...roles: readonly DecisionRole[]): TransferView =>
    rowOf(id, 'attention', {
      problem: { code: 'name-exists', params: { server: 'cloud', name: 'a' }, message: '' },
      decisions: roles.map((role) => ({ ...decision(role) })),
    });
  const watch = new FlowWatch(totalsOf({ attention: 2 }), [asks(1, 'skip', 'rename')]);
  const take = (rows: readonly TransferView[], removed: readonly number[] = []): void =>
    watch.take({ rows: [...rows], removed: [...removed], totals: totalsOf({ attention: 2 }), change: 1 });
  take([asks(2, 'sign-in')]);
  const menus = () => ['file-1.bin', 'file-2.bin'].map((name) => under(name, trayItems(watch.flow, noFacts)));
  expect(menus()).toEqual([
    [
      { kind: 'words', label: 'a is on cloud already.' },
      { kind: 'command', command: { does: 'decide', id: 1, decision: 'skip' }, label: 'Skip', enabled: true },
      { kind: 'command', command: { does: 'decide', id: 1, decision: 'rename' }, label: 'Keep both', enabled: true },
    ],
    [
      { kind: 'words', label: 'a is on cloud already.' },
      { kind: 'command', command: { does: 'open' }, label: 'Sign in…', enabled: true },
    ],
  ]);
  take([rowOf(1, 'queued')], [2]);
  expect(menus()).toEqual([[], []]);
});
