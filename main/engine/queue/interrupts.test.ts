/** What the wishes of a person and the end of the program cut, and what they wait for. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Shape } from '../providers/provider.ts';
import type { Wish } from '../store/rows.ts';
import { Interrupts } from './interrupts.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const shaped = (cut: Shape['cut'], finishUncut?: true, wish: Wish = 'run'): Interrupts => {
  const interrupts = new Interrupts(wish);
  interrupts.shaped({ chunkSize: 1, lanes: 1, order: 'any', cut, ...(finishUncut ? { finishUncut } : {}) });
  return interrupts;
};
/** Which signals are aborted. */
const aborted = (interrupts: Interrupts): readonly string[] =>
  (['cut', 'now', 'ending', 'leave', 'reading'] as const).filter((name) => interrupts[name].aborted);

describe('a wish', () => {
  it.each([
    ['harmless', 'pause', ['cut', 'reading']],
    ['until-last-byte', 'pause', ['cut', 'reading']],
    ['spoils', 'pause', ['reading']],
    ['harmless', 'cancel', ['cut', 'reading']],
    ['spoils', 'cancel', ['ending', 'reading']],
    ['spoils', 'remove', ['ending', 'reading']],
  ] as const)('where a cut of a chunk is %s, to %s, ends %j', (cut, wish, ends) => {
    const interrupts = shaped(cut);
    expect([interrupts.halted(), aborted(interrupts)]).toEqual([false, []]);
    interrupts.wishes(wish);
    expect(aborted(interrupts)).toEqual(ends);
    expect(interrupts.halted()).toBe(true);
    expect(interrupts.cancelling()).toBe(wish !== 'pause');
  });

  it('to continue ends nothing, and comes too late for what was cut', () => {
    const [cut, waiting] = [shaped('harmless'), shaped('spoils')];
    cut.wishes('run');
    expect(aborted(cut)).toEqual([]);
    for (const interrupts of [cut, waiting]) {
      interrupts.wishes('pause');
      interrupts.wishes('run');
    }
    expect([cut.halted(), waiting.halted()]).toEqual([true, false]);
    expect([cut.hasCut, waiting.hasCut]).toEqual([true, false]);
  });

  it.each([
    ['open', 'pause', false],
    ['open', 'cancel', false],
    ['resume', 'pause', true],
    ['finish', 'pause', true],
    ['verify', 'cancel', true],
  ] as const)('during %s to %s ends the call: %s', async (calling, wish, ends) => {
    const interrupts = shaped('spoils');
    await interrupts.during(calling, async (signal) => {
      interrupts.wishes(wish);
      expect([signal.aborted, interrupts.hasCut]).toEqual([ends, ends]);
      await Promise.resolve();
    });
  });

  it.each(['cancel', 'remove'] as const)('to %s ends an opening whose answer does not come in 2 s', async (wish) => {
    const interrupts = shaped('spoils');
    await interrupts.during('open', async (signal) => {
      interrupts.wishes(wish);
      vi.advanceTimersByTime(1_999);
      expect([signal.aborted, interrupts.hasCut]).toEqual([false, false]);
      vi.advanceTimersByTime(1);
      expect([signal.aborted, interrupts.hasCut]).toEqual([true, true]);
      await Promise.resolve();
    });
  });

  it('never ends a finish that must not be repeated, and ends other calls of that upload', async () => {
    const interrupts = shaped('spoils', true);
    await interrupts.during('finish', async (signal) => {
      interrupts.wishes('cancel');
      expect([interrupts.finishes, signal.aborted, interrupts.hasCut]).toEqual([true, false, false]);
      await Promise.resolve();
    });
    expect(interrupts.finishes).toBe(false);
    await interrupts.during('verify', async (signal) => {
      interrupts.wishes('cancel');
      expect([interrupts.finishes, signal.aborted]).toEqual([false, true]);
      await Promise.resolve();
    });
  });

  it('after a call, whose answer it would have ended, ends none', async () => {
    const interrupts = shaped('spoils');
    await expect(interrupts.during('finish', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    interrupts.wishes('pause');
    expect(interrupts.hasCut).toBe(false);
  });
});

describe('the end of the program', () => {
  it.each([
    ['harmless', 'chunk', ['cut', 'reading'], 2_000],
    ['spoils', 'chunk', ['reading'], 2_000],
    ['spoils', 'now', ['cut', 'now', 'reading'], 0],
  ] as const)(
    'where a cut of a chunk is %s, at %s, ends %j, and waits %i ms for answers',
    (cut, at, ends, patience) => {
      const interrupts = shaped(cut);
      interrupts.stop(at);
      expect([interrupts.halted(), interrupts.wish, aborted(interrupts)]).toEqual([true, 'run', ends]);
      vi.advanceTimersByTime(Math.max(0, patience - 1));
      if (patience > 0) expect(interrupts.leave.aborted).toBe(false);
      vi.advanceTimersByTime(1);
      expect([interrupts.leave.aborted, interrupts.hasCut]).toEqual([true, true]);
    },
  );

  it('that becomes urgent does not wait for answers any longer; what has ended is not ended again', () => {
    const [urgent, over] = [shaped('spoils'), shaped('spoils')];
    urgent.stop('chunk');
    urgent.stop('now');
    over.stop('chunk');
    over.end();
    vi.advanceTimersByTime(1);
    expect(urgent.leave.aborted).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(over.leave.aborted).toBe(false);
  });

  it('cuts a finish that must not be repeated only where it is at once, and every other call when its patience ends', async () => {
    const interrupts = shaped('spoils', true);
    await interrupts.during('finish', async (finish) => {
      interrupts.stop('chunk');
      vi.advanceTimersByTime(10_000);
      expect(finish.aborted).toBe(false);
      interrupts.stop('now');
      expect(finish.aborted).toBe(true);
      await Promise.resolve();
    });
    await interrupts.during('verify', async (signal) => {
      expect(signal.aborted).toBe(true);
      await Promise.resolve();
    });
  });
});

it('a lane that ends by itself cuts what is on its way', () => {
  const interrupts = shaped('spoils');
  interrupts.halt();
  expect([interrupts.halted(), aborted(interrupts)]).toEqual([true, ['cut']]);
});
