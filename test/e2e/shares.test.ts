import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Peer, startPeer } from '../peers/peer.ts';
import { addServer, prepareCommandLine, terminal, write } from './cli-bench.ts';
import { lines } from './cli-process.ts';

prepareCommandLine();

let site: Peer;
beforeAll(async () => {
  site = await startPeer('cloudreve', { config: { chunk_size: 100_000 } });
});
afterAll(() => site.stop());

it('every link that the command line prints is revoked by it, though its server is not the default', async () => {
  await addServer();
  const { email = '', password = '' } = site.vars;
  const words = [
    'server',
    'add',
    site.url,
    '--name',
    'cloud',
    '--vault',
    'file',
    '--way',
    'password',
    '--email',
    email,
  ];
  expect(await terminal.runWith(`${password}\n`, ...words, '--password-stdin')).toMatchObject({ code: 0 });
  const uploads = [
    ['plain & simple.txt', []],
    ['shared.txt', ['--server', 'cloud', '--share']],
    ['locked.txt', ['--server', 'cloud', '--share-password', 'abc123']],
    ['direct link ä.txt', ['--server', 'cloud', '--direct']],
  ] as const;
  for (const [name, options] of uploads) {
    await write(name);
    const sent = await terminal.run('--json', 'upload', ...options, name);
    expect(sent).toMatchObject({ code: 0 });
    const { link, shareKey } = lines(sent.out).find((line) => line['event'] === 'done') ?? {};
    const revoked = await terminal.run('share', 'revoke', String(link));
    expect(revoked).toMatchObject({ code: 0, out: expect.stringContaining(`revoked ${String(shareKey)}`) as string });
  }
  const states = (await terminal.objects('share', 'list')).map((share) => share['state']);
  expect(states).toEqual(uploads.map(() => 'revoked'));
});
