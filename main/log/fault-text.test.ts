import { expect, test } from 'vitest';
import { faultText } from './fault-text.ts';

const secret = 'hunter2';

test('an error is its name, its code and the places that it came through, without their folders', () => {
  const text = faultText(Object.assign(new TypeError('no'), { code: 'ERR_INVALID_ARG_TYPE' }));
  expect(text).toMatch(/^TypeError ERR_INVALID_ARG_TYPE\n {4}at (?:\w+ \()?fault-text\.test\.ts:\d+:\d+/);
  expect(text).not.toMatch(/[/\\](?!process|timers|modules|node_modules)[\w-]+\/[\w-]+\.ts/);
  expect(text).not.toContain(import.meta.dirname);
});

test('its message is never shown, in whatever form it comes', () => {
  const errors = [
    new Error(`https://user:${secret}@example.org/${secret}?token=${secret}`),
    new Error(`no\n    at https://example.org/${secret}\n    at ${secret} (/home/${secret}/a b.txt)`),
    Object.assign(new Error('x'), { name: secret }),
    Object.assign(new Error('x'), { name: `${secret} Error` }),
    Object.assign(new Error('x'), { code: secret }),
    new Error('x', { cause: new Error(secret, { cause: secret }) }),
    new AggregateError([new Error(secret)], secret),
    new DOMException(secret, 'AbortError'),
    secret,
    { message: secret },
  ];
  for (const error of errors) expect(faultText(error)).not.toContain(secret);
  const frames = `no\n    at ${secret} (a.js:1:1)`;
  expect(faultText(new Error(`${frames}\n${'long '.repeat(30_000)}`))).not.toContain(secret);
  // As libraries do that put their own stack before that of the cause.
  const merged = new Error(frames);
  merged.stack = `${merged.stack}\n${merged.stack}`;
  expect(faultText(merged)).not.toContain(secret);
  const changed = new Error(`no\n    at https://example.org/${secret}`);
  changed.message = 'changed since';
  expect(faultText(changed)).not.toContain(secret);
});

test('what caused it is shown as well, and causes that lead in a circle come to an end', () => {
  const one = new RangeError('one');
  const two = new TypeError('two', { cause: one });
  one.cause = two;
  expect(faultText(two).match(/^(?:caused by )?\w+Error/gm)).toEqual([
    'TypeError',
    'caused by RangeError',
    'caused by TypeError',
  ]);
});
