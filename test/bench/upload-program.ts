/** Uploads one file through the whole engine of a profile, and prints what it took. Runs in a process of its own. */
import { readFileSync } from 'node:fs';
import type { TransferView } from '../../preload/contract.ts';
import { connect } from '../../main/api/connect.ts';

export type UploadOrder = { readonly profile: string; readonly file: string };

export type UploadCost = {
  /** From the file being added to a running queue until its upload is verified. */
  readonly seconds: number;
  /** CPU of this process meanwhile, user and system. */
  readonly cpuSeconds: number;
  /** Peak of this process from its start, bytes. */
  readonly peakRss: number;
};

/** Linux counts what the process that started this one had in `maxRSS` too; its own peak stands in /proc. */
const peakRss = (): number => {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
};

const { profile, file } = JSON.parse(process.argv[2] ?? '') as UploadOrder;
const { client, stop } = await connect({ profile, serve: false });
const ended = Promise.withResolvers<TransferView>();
client.on('transfers', ({ rows }) => {
  const row = rows.find(({ state }) => state === 'done' || state === 'failed' || state === 'attention');
  if (row !== undefined) ended.resolve(row);
});
await client.call('queue.start', {});
const before = process.cpuUsage();
const began = Date.now();
const { refused } = await client.call('transfers.add', { paths: [file] });
if (refused[0] !== undefined) throw new Error(refused[0].problem.message);
const { state, endedAt, problem } = await ended.promise;
const { user, system } = process.cpuUsage(before);
// Events come a moment later; the row knows when.
if (state !== 'done' || endedAt === undefined) throw new Error(problem?.message ?? state);
await stop('now');
const cost: UploadCost = {
  seconds: (endedAt - began) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakRss: peakRss(),
};
process.stdout.write(JSON.stringify(cost));
