import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { App } from './app.svelte.ts';
import type { Client } from './client.ts';
import type { Transport } from './transport.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const window = (): App =>
  new App({ on: () => () => undefined } as unknown as Client, { onState: () => undefined } as unknown as Transport);
const texts = (app: App): readonly string[] => app.slips.map(({ text }) => text);

test('what was done is said for a while; what went wrong stays until it is dismissed', () => {
  const app = window();
  app.slip('Link copied');
  app.slip('large.iso is larger than Hafen takes.', { tone: 'warn' });
  vi.advanceTimersByTime(3_600_000);
  expect(texts(app)).toEqual(['large.iso is larger than Hafen takes.']);
  app.dropSlip(app.slips[0]?.id ?? 0);
  expect(texts(app)).toEqual([]);
});

test('several things that went wrong stay together, and the same one is said once', () => {
  const app = window();
  app.slip('one', { tone: 'warn' });
  app.slip('two', { tone: 'warn' });
  app.slip('one', { tone: 'warn' });
  app.slip('three', { tone: 'warn' });
  expect(texts(app)).toEqual(['two', 'one', 'three']);
});
