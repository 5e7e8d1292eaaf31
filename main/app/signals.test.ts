import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { onEndSignal } from './signals.ts';

test('hears a signal and its echo once, and a second one as a second', () => {
  const process = new EventEmitter();
  let now = 1000;
  const heard: number[] = [];
  onEndSignal(
    (times) => heard.push(times),
    process,
    () => now,
  );
  process.emit('SIGTERM');
  now += 20;
  process.emit('SIGTERM');
  process.emit('SIGHUP');
  expect(heard).toEqual([1]);
  now += 300;
  process.emit('SIGINT');
  expect(heard).toEqual([1, 2]);
});
