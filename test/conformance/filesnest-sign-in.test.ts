/** A sign-in on a FilesNest server's own page, which leads a browser back to this machine. */
import { afterEach, expect, it } from 'vitest';
import { listenForBrowser } from '../../main/api/loopback.ts';
import { createHttp } from '../../main/engine/http/client.ts';
import { filesnest } from '../../main/engine/providers/filesnest/filesnest.ts';
import { signIn } from '../../main/engine/providers/filesnest/sign-in.ts';
import { holdPort } from '../peers/held-port.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import { must } from './upload.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const start = async (config: Readonly<Record<string, unknown>>) => {
  const peer = await startPeer('filesnest', { as: 'head', config });
  closing.push(() => peer.stop());
  const http = createHttp({ serverName: 'nest', userAgent: 'Stevedore/test', proxy: 'none' });
  closing.push(() => http.close());
  const found = must(await filesnest.recognise(peer.url, {}, http));
  if (found === undefined) throw new Error('no FilesNest');
  const server = { name: 'nest', address: found.address, settings: found.settings };
  const step = async (carry: object, answers: object, redirect: string) =>
    must(await signIn({ way: 'browser', carry: { ...carry }, answers: { ...answers }, redirect }, server, http));
  return { peer, step };
};
/** What a person does on the page. */
const agree = (page: string, { vars }: Peer) =>
  fetch(page, {
    method: 'POST',
    redirect: 'manual',
    headers: { connection: 'close' },
    body: new URLSearchParams({ email: vars['email'] ?? '', password: vars['password'] ?? '' }),
  });

it('a browser comes back with a token, to the path that only this sign-in knows', async () => {
  const { peer, step } = await start({});
  const { port, release } = await holdPort();
  closing.push(release);
  const redirect = `http://127.0.0.1:${port}/signed-in`;
  const asked = await step({}, {}, redirect);
  if (!('ask' in asked) || asked.authorize === undefined) throw new Error('no page');
  const { page, ...expected } = asked.authorize;
  const loopback = must(await listenForBrowser(redirect, expected));
  closing.push(loopback.close);
  const led = (await agree(page, peer)).headers.get('location') ?? '';
  expect((await fetch(`${redirect}/guessed?token=9%7Cother`, { headers: { connection: 'close' } })).status).toBe(400);
  expect((await fetch(led, { headers: { connection: 'close' } })).status).toBe(200);
  const came = await loopback.came;
  const end = await step(asked.carry, came, redirect);
  expect(end).toMatchObject({ signedIn: { secret: expect.stringMatching(/^\d+\|[0-9a-f]{40}$/) as string } });
});

it('a server that lists where its page may lead refuses this machine: the token is pasted', async () => {
  const { peer, step } = await start({ redirects: ['https://nest.example/done'] });
  const asked = await step({}, {}, 'http://127.0.0.1:7421/signed-in');
  if (!('ask' in asked) || asked.authorize === undefined) throw new Error('no page');
  expect((await agree(asked.authorize.page, peer)).status).toBe(422);
  expect(asked.ways).toContain('token');
  const own = `${peer.url}/login?${new URLSearchParams({ redirect: 'filesnest://auth', device_name: 'Stevedore' }).toString()}`;
  const token = (await agree(own, peer)).headers.get('location') ?? '';
  const end = await step({ at: 'token' }, { token }, '');
  expect(end).toMatchObject({ signedIn: { secret: expect.stringMatching(/^\d+\|[0-9a-f]{40}$/) as string } });
});
