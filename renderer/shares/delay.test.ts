import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RevokeDelay, revokeDelay } from './delay.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (): { delay: RevokeDelay; sent: (readonly number[])[]; seen: number[][] } => {
  const sent: (readonly number[])[] = [];
  const seen: number[][] = [];
  const delay: RevokeDelay = new RevokeDelay(
    (ids) => sent.push(ids),
    () => seen.push([...delay.waiting.keys()]),
  );
  return { delay, sent, seen };
};

describe('revoking with a way back', () => {
  it('sends links together, and only when the time to undo has passed', () => {
    const { delay, sent, seen } = start();
    delay.add([1, 2]);
    expect(delay.waiting).toEqual(
      new Map([
        [1, 1_000_000 + revokeDelay],
        [2, 1_000_000 + revokeDelay],
      ]),
    );
    vi.advanceTimersByTime(revokeDelay - 1);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([[1, 2]]);
    expect(seen).toEqual([[1, 2], []]);
  });
  it('sends nothing for a link that was kept, and the others in their time', () => {
    const { delay, sent } = start();
    delay.add([1, 2]);
    vi.advanceTimersByTime(3_000);
    delay.undo(1);
    expect([...delay.waiting.keys()]).toEqual([2]);
    vi.advanceTimersByTime(revokeDelay);
    expect(sent).toEqual([[2]]);
  });
  it('sends no empty request when all were kept', () => {
    const { delay, sent } = start();
    delay.add([1]);
    delay.undo(1);
    vi.advanceTimersByTime(revokeDelay);
    delay.flush();
    expect(sent).toEqual([]);
  });
  it('keeps those that were added last', () => {
    const { delay, sent } = start();
    delay.add([1]);
    vi.advanceTimersByTime(1_000);
    delay.add([2, 3]);
    expect(delay.undoLast()).toBe(true);
    vi.advanceTimersByTime(revokeDelay);
    expect(sent).toEqual([[1]]);
    expect(delay.undoLast()).toBe(false);
  });
  it('keeps the time of a link that is chosen once more', () => {
    const { delay, sent } = start();
    delay.add([1]);
    vi.advanceTimersByTime(5_000);
    delay.add([1, 2]);
    vi.advanceTimersByTime(3_000);
    expect(sent).toEqual([[1]]);
    vi.advanceTimersByTime(5_000);
    expect(sent).toEqual([[1], [2]]);
  });
  it('sends all at once when nobody stays to undo, and nothing later', () => {
    const { delay, sent } = start();
    delay.add([1]);
    delay.add([2]);
    delay.flush();
    expect(sent).toEqual([[1], [2]]);
    expect(delay.waiting.size).toBe(0);
    vi.advanceTimersByTime(2 * revokeDelay);
    expect(sent).toHaveLength(2);
  });
});
