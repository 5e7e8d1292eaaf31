import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TypedWord } from './list-keys.ts';

describe('letters typed in a list', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('make one word while they come soon, and begin another after a while', () => {
    const word = new TypedWord(700);
    expect(word.isOpen).toBe(false);
    expect(word.add('a')).toBe('a');
    vi.advanceTimersByTime(600);
    expect(word.isOpen).toBe(true);
    expect(word.add(' ')).toBe('a ');
    vi.advanceTimersByTime(600);
    expect(word.add('b')).toBe('a b');
    vi.advanceTimersByTime(800);
    expect(word.isOpen).toBe(false);
    expect(word.add('c')).toBe('c');
  });
});
