/** The message about an upload, on the command line: options, the wait for it, and what its state is called. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnyProvider } from '../../main/engine/providers/provider.ts';
import { providers } from '../../main/engine/providers/registry.ts';
import { startProxy, type Proxy } from '../faults/proxy.ts';
import { messagingProvider } from '../fakes/plain-provider.ts';
import { PlainServer, plainRequests } from '../fakes/plain-server.ts';
import { runHere, type Ended } from './cli-here.ts';
import { lines } from './cli-process.ts';

const known = providers as Map<string, AnyProvider>;
let folder: string;
let server: PlainServer;
let meddler: Proxy;

const run = (...words: readonly string[]): Promise<Ended> =>
  runHere(['--profile', join(folder, 'profile'), ...words], folder);
const objects = async (...words: readonly string[]) => lines((await run('--json', ...words)).out);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-message-'));
  known.set('plain', messagingProvider);
  server = await new PlainServer({ deletes: true, finishOnce: false, assembles: 0 }).start();
  meddler = await startProxy(server.url);
  await writeFile(join(folder, 'plans.pdf'), Buffer.alloc(1_000, 1));
  expect(await run('server', 'add', meddler.url, '--name', 'harbour')).toMatchObject({ code: 0 });
});
afterEach(async () => {
  known.delete('plain');
  await meddler.close();
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

it('an upload with a recipient ends when its message is sent, and says so', async () => {
  const { code, out } = await run('upload', 'plans.pdf', '--recipient', 'anna', '--message', 'The plans');
  expect(code).toBe(0);
  expect(out).toMatch(/✓ plans\.pdf {2}message to anna, sent\n$/);
  expect(server.messages).toEqual([{ to: 'anna', text: 'The plans', file: 'f1' }]);
  expect((await run('list')).out).toContain('done, message sent');
  expect((await run('show', '1')).out).toMatch(/message {7}to anna, sent\n {2}text {10}The plans/);
  expect((await run('history')).out).toContain('done, message sent');
  const delivery = { state: 'sent', recipient: 'anna', text: 'The plans', problem: null };
  expect(await objects('list')).toMatchObject([{ state: 'done', delivery }]);
  expect(await objects('history')).toMatchObject([{ ending: 'done', delivery: { state: 'sent' } }]);
});

it('an upload without one has no message in its lines', async () => {
  expect((await objects('upload', 'plans.pdf')).at(-1)).toMatchObject({ event: 'done', delivery: null });
});

it('a message without an answer needs the user: status 3, both commands, and a decision that ends it', async () => {
  const swallowed = meddler.swallowAnswer(plainRequests.message);
  const { code, out } = await run('upload', 'plans.pdf', '--recipient', 'anna');
  await swallowed;
  expect(code).toBe(3);
  expect(out).toContain('✓ plans.pdf  message to anna, not confirmed');
  expect(out).toContain('harbour did not confirm the message. The file is uploaded.');
  expect(out).toContain('stevedore decide 1 mark-sent');
  expect(out).toContain('stevedore decide 1 send-again');
  expect((await run('list')).out).toContain('stevedore decide 1 send-again');
  expect((await run('run', '--until-idle')).code).toBe(3);
  expect((await run('decide', '1', 'mark-sent')).out).toBe('marked the message of transfer 1 as sent\n');
  expect(await run('run', '--until-idle')).toMatchObject({ code: 0 });
  expect(server.messages).toHaveLength(1);
});

it('a refused message goes to another recipient by the command that the terminal names', async () => {
  const refused = await run('upload', 'plans.pdf', '--recipient', 'nobody');
  expect(refused.code).toBe(3);
  expect(refused.out).toContain('stevedore decide 1 send-to --recipient RECIPIENT');
  expect((await run('decide', '--all', 'send-to', '--recipient', 'anna')).code).toBe(0);
  expect(await run('run', '--until-idle')).toMatchObject({ code: 0 });
  expect(server.messages).toMatchObject([{ to: 'anna' }]);
});

it('a refused message that is not to be sent leaves the file where it is', async () => {
  await run('upload', 'plans.pdf', '--recipient', 'nobody');
  expect((await run('decide', '1', 'not-send')).out).toBe('the message of transfer 1 is not sent\n');
  expect(await objects('list')).toMatchObject([{ state: 'done', delivery: { state: 'skipped' } }]);
  expect(server.files.size).toBe(1);
});
