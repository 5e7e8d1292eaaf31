import { describe, expect, it } from 'vitest';
import type { Transfer } from '../store/rows.ts';
import { goesBefore, isGoing, partsOf } from './order.ts';

const row = (more: Partial<Transfer>): Transfer =>
  ({ state: 'queued', wish: 'run', priority: 0, position: 5, ...more }) as Transfer;

describe('what goes first', () => {
  // Each goes before all that are below it.
  const inOrder = [
    row({ wish: 'cancel', state: 'uploading', position: 9 }),
    row({ wish: 'remove', priority: 9, position: 9 }),
    row({ state: 'finishing', position: 9, priority: -1 }),
    row({ priority: 2, position: 9 }),
    row({ state: 'waiting', priority: 1, position: 1 }),
    row({ priority: 1, position: 2 }),
    row({ position: 1 }),
    row({ position: 2 }),
  ];

  it('is what is being cancelled, then what was active, then by priority and position', () => {
    for (const [a, first] of inOrder.entries())
      for (const [b, second] of inOrder.entries()) expect(goesBefore(first, second), `${a} and ${b}`).toBe(a < b);
  });

  it('is cancelled when it is to be removed, too', () => {
    expect((['run', 'pause', 'cancel', 'remove'] as const).map((wish) => isGoing(row({ wish })))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('a bulk command', () => {
  it('is one part where it names no transfers', () => {
    expect(partsOf({ serverId: 's' })).toEqual([{ serverId: 's' }]);
  });

  it('is parts of a thousand, with the other conditions in each', () => {
    const ids = Array.from({ length: 2_001 }, (_, n) => n);
    const parts = partsOf({ ids, serverId: 's' });
    expect(parts.map((part) => part.ids?.length)).toEqual([1_000, 1_000, 1]);
    expect(parts.flatMap((part) => part.ids ?? [])).toEqual(ids);
    expect(parts.every((part) => part.serverId === 's')).toBe(true);
    expect(partsOf({ ids: [] })).toEqual([]);
  });
});
