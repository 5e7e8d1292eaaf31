// npm run demo: one upload that is broken off in the middle and goes on, on a practice server, from nothing to proof.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '../../main/api/connect.ts';
import type { TransferView } from '../../preload/contract.ts';
import { bytes, duration } from '../../preload/format.ts';
import { randomBytes, seeded } from '../faults/random.ts';

const root = new URL('../..', import.meta.url).pathname;
const cli = join(root, 'out/main/cli.js');
const size = 24_000_000;
const chunk = 2_000_000;
const rate = '8M';
/** The break comes in the middle of a chunk, when about so much is acknowledged. */
const breakAt = size / 3;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const began = Date.now();

say('Building …');
const build = spawnSync(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], {
  cwd: root,
  stdio: 'inherit',
});
if (build.status !== 0) process.exit(1);

const folder = await mkdtemp(join(tmpdir(), 'stevedore-demo-'));
const profile = join(folder, 'profile');
const children = new Set<ChildProcess>();
const start = (...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [cli, '--profile', profile, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
};
type Line = {
  readonly event?: string;
  readonly url?: string;
  readonly acknowledged?: number;
  readonly [key: string]: unknown;
};
const linesOf = async function* (child: ChildProcess): AsyncGenerator<Line> {
  if (child.stdout === null) return;
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Line;
};
const must = async (child: ChildProcess): Promise<void> => {
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`stevedore ended with ${code}`);
};

/** The upload as the profile knows it, while nobody runs. */
const transferNow = async (): Promise<TransferView> => {
  const { client, stop } = await connect({ profile, serve: false });
  const { rows } = await client.call('transfers.list', { limit: 1 });
  await stop('now');
  const [row] = rows;
  if (row === undefined) throw new Error('the upload is not in the list');
  return row;
};

const demo = async (): Promise<void> => {
  const file = join(folder, 'sample voyage.bin');
  const content = randomBytes(seeded(7), size);
  await writeFile(file, content);
  const sha256 = createHash('sha256').update(content).digest('hex');

  const practice = start('practice', '--folder', join(folder, 'server'), '--chunk-size', String(chunk), '--json');
  const ready = await linesOf(practice).next();
  const url = ready.done === true ? undefined : ready.value.url;
  if (url === undefined) throw new Error('the practice server did not start');
  say(`A practice server answers at ${url}, with chunks of ${bytes(chunk)}.`);
  await must(start('server', 'add', `${url}/web/`, '--name', 'Practice', '--json'));
  await must(start('settings', 'limit-rate', rate, '--json'));

  say(`Uploading ${bytes(size)} at ${rate}B/s …`);
  const first = start('upload', file, '--expire', '1h', '--json');
  let acknowledged = 0;
  for await (const line of linesOf(first)) {
    if (line.event === 'progress') acknowledged = Number(line.acknowledged);
    if (acknowledged >= breakAt && first.kill('SIGKILL')) break;
  }
  await once(first, 'close');
  const { acknowledged: kept } = await transferNow();
  if (kept === 0 || kept === size) throw new Error(`the break came at the wrong moment: ${kept} of ${size} bytes`);
  say(`  broken off: the upload was killed with ${bytes(kept)} acknowledged. Starting it again …`);

  await must(start('settings', 'limit-rate', 'none', '--json'));
  let done: Line | undefined;
  for await (const line of linesOf(start('run', '--until-idle', '--json'))) if (line.event === 'done') done = line;
  const { restarts, state } = await transferNow();
  if (done === undefined || state !== 'done') throw new Error(`the upload did not end: ${state}`);
  if (restarts !== 0) throw new Error('the upload started anew in place of going on');
  say(`  went on from ${bytes(kept)}; ${bytes(size - kept)} were left to send.`);

  const link = String(done['link']);
  const info = (await (await fetch(`${url}/files/info?sharekey=${String(done['shareKey'])}`)).json()) as {
    readonly downloadLink: string;
  };
  const stored = createHash('sha256')
    .update(Buffer.from(await (await fetch(url + info.downloadLink)).arrayBuffer()))
    .digest('hex');
  if (stored !== sha256) throw new Error(`the server stored something else: ${stored} instead of ${sha256}`);
  if (!(await readFile(file)).equals(content)) throw new Error('the sample file was changed');
  say(`  downloaded again and compared: identical (SHA-256 ${sha256.slice(0, 16)}…).`);
  say(`Link: ${link}`);
  say(`Done in ${duration(Date.now() - began)}. Nothing of this is left behind; with a server of your own:`);
  say('  npm run cli -- server add https://your.server   and then   npm run cli -- upload FILE');
};

try {
  await demo();
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all([...children].map((child) => once(child, 'close')));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
