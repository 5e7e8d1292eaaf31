import { describe, expect, it } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { bar, rowLine } from './live-reporter.ts';
import { problemView, transferRow } from './test-host.ts';
import { width } from './text.ts';

describe('the bar', () => {
  it('tells acknowledged from in flight', () =>
    expect(bar({ size: 100, acknowledged: 50, inFlight: 20 }, 10)).toBe('█████▒▒░░░'));
  it('is not full before everything is acknowledged', () =>
    expect(bar({ size: 1000, acknowledged: 999, inFlight: 0 }, 10)).toBe('█████████░'));
  it('never runs over, even where more is said to be in flight than is left', () =>
    expect(bar({ size: 100, acknowledged: 90, inFlight: 50 }, 10)).toBe('█████████▒'));
});

describe('the line of a transfer', () => {
  const uploading = transferRow({
    state: 'uploading',
    size: 1e9,
    acknowledged: 3e8,
    inFlight: 1e8,
    rate: 5e6,
    leftMs: 9e4,
  });

  it('says percent acknowledged, rate and time left', () =>
    expect(rowLine(uploading, 100, 0)).toMatch(/report\.pdf\s+██████▒▒░+ {2}30 % {2}5 MB\/s, 2 min left/));

  it('counts down to the next try', () => {
    const waiting = transferRow({
      state: 'waiting',
      waitFor: 'time',
      waitUntil: 12_000,
      attempts: 2,
      problem: problemView(problem('server-unreachable', { server: 'nas', reason: asSaid('refused') })),
    });
    expect(rowLine(waiting, 120, 0)).toContain('try 3 in 12 sec · nas does not answer (refused).');
  });

  it.each([
    ['network', 'no network'],
    ['server', 'server busy, 38 sec'],
    ['schedule', 'scheduled in 38 sec'],
  ] as const)('says what it waits for: %s', (waitFor, words) =>
    expect(rowLine(transferRow({ state: 'waiting', waitFor, waitUntil: 38_000 }), 100, 0)).toContain(words),
  );

  it.each([30, 49, 50, 80, 200])('fits a window of %i columns, whatever the name', (columns) => {
    for (const name of ['x', '日本語'.repeat(40), 'a'.repeat(300), '\x1b[2J', '👩‍👩‍👧'.repeat(30)])
      expect(width(rowLine({ ...uploading, name }, columns, 0))).toBeLessThan(columns);
  });
});
