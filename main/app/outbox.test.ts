import { expect, test } from 'vitest';
import { Outbox } from './outbox.ts';

test('says what was kept once the window listens, in order and once', () => {
  const outbox = new Outbox();
  const heard: unknown[] = [];
  outbox.tell('incoming', { paths: ['/a'] });
  outbox.tell('command', { name: 'settings' });
  outbox.open((event, payload) => heard.push([event, payload]));
  outbox.tell('incoming', { paths: ['/b'] });
  const first = [
    ['incoming', { paths: ['/a'] }],
    ['command', { name: 'settings' }],
    ['incoming', { paths: ['/b'] }],
  ];
  expect(heard).toEqual(first);
  outbox.shut();
  outbox.tell('command', { name: 'queue' });
  expect(heard).toEqual(first);
  outbox.open((event) => heard.push(event));
  expect(heard).toEqual([...first, 'command']);
});

test('keeps no more than a person reads', () => {
  const outbox = new Outbox();
  for (let at = 0; at < 150; at++) outbox.tell('incoming', { paths: [`/${at}`] });
  const heard: unknown[] = [];
  outbox.open((_, payload) => heard.push(payload));
  expect(heard).toHaveLength(100);
  expect(heard.at(-1)).toEqual({ paths: ['/149'] });
});
