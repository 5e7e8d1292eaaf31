/** The demo where there is no screen: an upload that is broken off in the middle goes on, from nothing to proof. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from '../../main/api/connect.ts';
import type { TransferView } from '../../preload/contract.ts';
import { bytes } from '../../preload/format.ts';
import { linesOf } from '../dev/children.ts';
import { say, size, type Line, type Stage } from './stage.ts';

const rate = '8M';
/** The break comes in the middle of a chunk, when about so much is acknowledged. */
const breakAt = size / 3;

/** The upload as the profile knows it, while nobody runs. */
const transferNow = async (profile: string): Promise<TransferView> => {
  const { client, stop } = await connect({ profile, serve: false });
  const { rows } = await client.call('transfers.list', { limit: 1 });
  await stop('now');
  const [row] = rows;
  if (row === undefined) throw new Error('the upload is not in the list');
  return row;
};

/** @param url address of the practice server */
export const inTerminal = async (stage: Stage, url: string): Promise<void> => {
  const { content, file, profile } = stage;
  const sha256 = createHash('sha256').update(content).digest('hex');

  await stage.run('settings', 'limit-rate', rate, '--json');
  say(`Uploading ${bytes(size)} at ${rate}B/s …`);
  const first = stage.start('upload', file, '--expire', '1h', '--json');
  const gone = once(first, 'close');
  let acknowledged = 0;
  for await (const line of linesOf<Line>(first)) {
    if (line.event === 'progress') acknowledged = Number(line.acknowledged);
    if (acknowledged >= breakAt && first.kill('SIGKILL')) break;
  }
  await gone;
  const { acknowledged: kept } = await transferNow(profile);
  if (kept === 0 || kept === size) throw new Error(`the break came at the wrong moment: ${kept} of ${size} bytes`);
  say(`  broken off: the upload was killed with ${bytes(kept)} acknowledged. Starting it again …`);

  await stage.run('settings', 'limit-rate', 'none', '--json');
  let done: Line | undefined;
  for await (const line of linesOf<Line>(stage.start('run', '--until-idle', '--json')))
    if (line.event === 'done') done = line;
  const { restarts, state } = await transferNow(profile);
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
};

/** How to see the window from a place without a screen. */
export const tellWindow = (): void => {
  say('This place has no screen. To see the window:');
  say('  npm run web                                   prints a link for a browser on this machine');
  say('  ssh -L 7420:127.0.0.1:7420 THIS-MACHINE       from the machine you sit at, then open that link there');
};
