import { expect, it, vi } from 'vitest';
import { Bandwidth } from './bandwidth.ts';

it('a limit holds in real time, and one who gives up does not wait for it', async () => {
  const began = performance.now();
  const bandwidth = new Bandwidth(100_000);
  expect(bandwidth.limit).toBe(100_000);
  await bandwidth.take(1_000);
  await bandwidth.take(1_000);
  // Timers may be a millisecond early.
  expect(performance.now() - began).toBeGreaterThan(15);
  const abort = new AbortController();
  const waits = bandwidth.take(1e12, abort.signal);
  abort.abort(new Error('paused'));
  await expect(waits).rejects.toThrow('paused');
});

it('nothing is waited for when the last one gives up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const bandwidth = new Bandwidth(1);
  const abort = new AbortController();
  const waits = bandwidth.take(100, abort.signal);
  expect(vi.getTimerCount()).toBe(1);
  abort.abort(new Error('paused'));
  await expect(waits).rejects.toThrow('paused');
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
