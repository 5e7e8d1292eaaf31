/** SelfCommunity on the command line: from `server add` to a verified file and the message that has it. */
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPeer, type Peer } from '../peers/peer.ts';
import type { Vice } from '../peers/selfcommunity/config.ts';
import type { FineUploaderReport } from '../peers/selfcommunity/journal.ts';
import { startProxy, type Proxy } from '../faults/proxy.ts';
import { Terminal, type Ended, type Line } from './cli-process.ts';

let terminal: Terminal;
let peer: Peer;
let proxy: Proxy;

const run = (words: readonly string[], stdin = ''): Promise<Ended> => terminal.runWith(stdin, ...words);
const objects = (...words: readonly string[]): Promise<readonly Line[]> => terminal.objects(...words);
const report = (): Promise<FineUploaderReport> => peer.ask('/__peer/report');

/** A community that shows these vices, saved with an account. */
const community = async (...vices: readonly Vice[]): Promise<void> => {
  peer = await startPeer('selfcommunity', { config: { vices } });
  const { username = '', password = '' } = peer.vars;
  proxy = await startProxy(peer.url);
  const words = ['server', 'add', proxy.url, '--name', 'club', '--vault', 'file'];
  const added = await run([...words, '--answer', `user=${username}`, '--password-stdin'], `${password}\n`);
  expect(added).toMatchObject({ code: 0, err: '' });
};
/** An upload of two chunks, with a recipient. */
const uploading = ['upload', 'plans.pdf', '--recipient', '42', '--message', 'The plans'];
const upload = (): Promise<Ended> => run(uploading);

beforeEach(async () => {
  terminal = await Terminal.open();
  await writeFile(terminal.path('plans.pdf'), Buffer.alloc(300_000, 7));
});
afterEach(async () => {
  await terminal.close();
  await proxy.close();
  await peer.stop();
});

it('a value that a setting cannot have is refused in words, and no server is saved', async () => {
  await community();
  const words = ['server', 'add', proxy.url, '--name', 'other', '--vault', 'file', '--chunk-size', '5'];
  const { code, err } = await run([...words, '--answer', 'user=member', '--password-stdin'], 'x\n');
  expect(code).not.toBe(0);
  expect(err).toContain('--chunk-size is not right: it is a whole number from 1024 to 1073741824.');
  expect(await objects('server', 'list')).toHaveLength(1);
});

it('a file is uploaded, verified by its length, and sent to a member, once', async () => {
  await community();
  const { code, out } = await upload();
  expect(code).toBe(0);
  expect(out).toMatch(/✓ plans\.pdf {2}http:\S+ {2}message to 42, sent\n$/);
  const files = await peer.ask<readonly { readonly uuid: string; readonly size: number }[]>('/__peer/files');
  expect(files).toMatchObject([{ size: 300_000 }]);
  const uuid = files[0]?.uuid ?? '';
  expect(await report()).toMatchObject({ done: { [uuid]: 1 }, messages: { [uuid]: 1 } });
  // Its id and its address are there to copy.
  const [row] = await objects('list');
  expect(row).toMatchObject({ state: 'done', shareKey: uuid, delivery: { state: 'sent', recipient: '42' } });
  expect(String(row?.['link'])).toContain(uuid);
  expect(await objects('history')).toMatchObject([{ proof: { by: 'stored-length' }, delivery: { state: 'sent' } }]);
  expect((await run(['share', 'list'])).out).toContain('cannot be revoked');
});

it.each([
  ['whose answer was lost', 'lose-answer', 1],
  ['that the server failed on', 500, 0],
] as const)('a message %s is asked about, and nothing sends it again', async (_why, does, sent) => {
  await community({ at: 'message', does, times: 99 });
  const { code, out } = await upload();
  expect(code).toBe(3);
  expect(out).toContain('club did not confirm the message.');
  expect((await run(['run', '--until-idle'])).code).toBe(3);
  expect((await run(['retry', '1'])).code).toBe(1);
  expect(Object.values((await report()).messages)).toEqual(sent === 0 ? [] : [sent]);
  expect((await report()).vices).toEqual({ 0: 1 });
  expect((await run(['decide', '1', 'mark-sent'])).code).toBe(0);
  expect(await objects('list')).toMatchObject([{ state: 'done', delivery: { state: 'sent' } }]);
});

it.each([
  ['by a status', 400],
  ['in the body of a 200', 'failure'],
] as const)('a message that is refused %s was not sent, and goes out after the user decided', async (_how, does) => {
  await community({ at: 'message', does });
  const { code, out } = await upload();
  expect(code).toBe(3);
  expect(out).toContain('club refused the message: The part cannot be stored.');
  expect((await report()).messages).toEqual({});
  expect((await run(['decide', '1', 'send-to', '--recipient', '43'])).code).toBe(0);
  expect((await run(['run', '--until-idle'])).code).toBe(0);
  expect(Object.values((await report()).messages)).toEqual([1]);
});

it.each([
  ['before the message arrived', 'hold', 0],
  ['after it arrived, and before its answer', 'mute', 1],
] as const)(
  'a program that is killed %s asks at its next start, and sends nothing by itself',
  async (_when, how, sent) => {
    await community();
    const message = /^POST \/api\/v2\/pm\/$/;
    const on = how === 'hold' ? proxy.hold(message, new Promise(() => undefined)) : proxy.mute(message);
    const { child, ended } = terminal.start(uploading);
    await on;
    child.kill('SIGKILL');
    await ended;
    await proxy.heal();
    expect((await run(['run', '--until-idle'])).code).toBe(3);
    expect(await objects('list')).toMatchObject([
      { state: 'done', delivery: { state: 'unknown' }, decisions: [{ id: 'mark-sent' }, { id: 'send-again' }] },
    ]);
    const { messages, done } = await report();
    expect(Object.values(messages)).toEqual(sent === 0 ? [] : [sent]);
    expect(Object.values(done)).toEqual([1]);
    expect((await run(['decide', '1', 'send-again'])).code).toBe(0);
    expect((await run(['run', '--until-idle'])).code).toBe(0);
    expect(Object.values((await report()).messages)).toEqual([sent + 1]);
  },
);
