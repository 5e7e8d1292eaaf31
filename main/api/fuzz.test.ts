import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { calls, problem as problemSchema } from '../../preload/contract.ts';
import { windowCalls } from '../../preload/window.ts';
import { inputs } from '../../test/gate/seed.ts';
import { connect, type Connection } from './connect.ts';
import { refuse, windowApi, type WindowApi } from './window-api.ts';
import { problem } from '../../preload/problems.ts';

let folder: string;
let connection: Connection;
let api: WindowApi;
/** Calls that reached a handler of the host. */
let reached: unknown[];

const no = (input: unknown): never => {
  reached.push(input);
  return refuse(problem('internal', { what: 'test' }));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-fuzz-'));
  const profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
  connection = await connect({ profile, serve: false });
  reached = [];
  api = windowApi(connection.client, {
    'window.info': no,
    'window.choose': no,
    'window.browse': no,
    'window.copy': no,
    'window.openLink': no,
    'window.reveal': no,
    'window.setShortcut': no,
    'window.holdShortcuts': no,
    'window.signInPage': no,
    'window.choice': no,
    'window.keepPasted': no,
    'window.practice': no,
  });
});
afterEach(async () => {
  await connection.stop('now');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const tables = { ...calls, ...windowCalls };
const names = Object.keys(tables) as (keyof typeof tables)[];

/** Words that the schemas know, in values that they do not: what a page gone wrong, or an attacker, would try. */
const keys = fc.constantFrom(
  'id',
  'ids',
  'filter',
  'wish',
  'paths',
  'address',
  'secret',
  'limit',
  'after',
  'change',
  'to',
  '__proto__',
  'constructor',
  'toString',
);
const junk = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.dictionary(
      keys,
      fc.anything({ maxDepth: 2, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
    ),
  },
  { weight: 1, arbitrary: fc.anything({ maxDepth: 3, withTypedArray: true, withSparseArray: true }) },
);
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<string>(...names) },
  { weight: 1, arbitrary: fc.string() },
);

const reply = z.union([
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: problemSchema }),
]);
/** All that a call could change. */
const everything = async (): Promise<string> => {
  const { client } = connection;
  const [rows, servers, settings, shares, history] = await Promise.all([
    client.call('transfers.list', { limit: 1000 }),
    client.call('servers.list', {}),
    client.call('settings.get', {}),
    client.call('shares.list', {}),
    client.call('history.list', {}),
  ]);
  return JSON.stringify([rows, servers, settings, shares, history]);
};

it('inputs that are none, thousands over both tables of calls, are refused in words, crash nothing and change nothing', async () => {
  const before = await everything();
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(name, junk, async (call, input) => {
      // What happens to be a good input is no case of this test.
      const known = Object.hasOwn(tables, call) ? tables[call as keyof typeof tables] : undefined;
      fc.pre(known === undefined || !z.safeParse(known.input, input).success);
      const answer = reply.parse(await api.answer(call, input));
      if (answer.ok) return false;
      refused++;
      const { code, message } = answer.error;
      return message.length > 0 && code === (known === undefined ? 'method-unknown' : 'input-invalid');
    }),
    { numRuns: inputs },
  );
  expect(refused).toBe(inputs);
  expect(reached).toEqual([]);
  expect(await everything()).toBe(before);
}, 240_000);
