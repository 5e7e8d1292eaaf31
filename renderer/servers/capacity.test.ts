import { expect, test } from 'vitest';
import { Capacities } from './capacity.svelte.ts';
import type { Client } from '../client/client.ts';

const server = { id: 'site', capabilities: { folders: true } } as Parameters<Capacities['ask']>[0];

/** An account of 100 bytes; `used`: how many of them are taken each time that it is asked. */
const account = (...used: number[]) => {
  let asked = 0;
  const client = {
    call: () => Promise.resolve({ capacity: { total: 100, used: used[Math.min(asked++, used.length - 1)] } }),
  } as unknown as Pick<Client, 'call'>;
  return { capacities: new Capacities(client), asked: () => asked };
};

test('a file that does not fit by what is known is judged by what the server says now', async () => {
  const { capacities, asked } = account(90, 40, 95);
  await capacities.ask(server);
  expect(await capacities.tooSmallFor(server, 10)).toBeUndefined();
  expect(asked()).toBe(1);
  // Somebody has made space since.
  expect(await capacities.tooSmallFor(server, 50)).toBeUndefined();
  expect(asked()).toBe(2);
  expect(await capacities.tooSmallFor(server, 80)).toBe(5);
});

test('an account that nobody has looked at refuses nothing, and is not asked', async () => {
  const { capacities, asked } = account(100);
  expect(await capacities.tooSmallFor(server, 1e12)).toBeUndefined();
  expect(asked()).toBe(0);
});
