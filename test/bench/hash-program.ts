/** Hashes one file as the queue has it hashed, and prints what it took. Runs in a process of its own. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FileHashes } from '../../main/engine/source/file-hashes.ts';
import type { HashAlgorithm, Hashes } from '../../main/engine/source/hashes.ts';
import { identify } from '../../main/engine/source/identity.ts';

export type HashOrder = { readonly file: string; readonly algorithm: HashAlgorithm };

export type HashCost = {
  /** From the request until the hash is there, with the worker's start. */
  readonly seconds: number;
  /** CPU of this process, all threads, user and system. */
  readonly cpuSeconds: number;
  /** The longest time for which the main thread could not run anything else, ms. */
  readonly longestTaskMs: number;
  readonly hashes: Hashes;
};

/** How often the main thread is looked at, ms: what it is late by was taken by a task. */
const resolution = 1;

const { file, algorithm } = JSON.parse(process.argv[2] ?? '') as HashOrder;
const identity = await identify(file);
if (!identity.ok) throw new Error(identity.failure.problem.code);
const hasher = new FileHashes();
const delay = monitorEventLoopDelay({ resolution });
const before = process.cpuUsage();
const began = performance.now();
delay.enable();
const hashed = await hasher.hash(identity.value, [algorithm], {
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
delay.disable();
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
hasher.close();
if (!hashed.ok) throw new Error(hashed.failure.problem.code);
const cost: HashCost = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  longestTaskMs: Math.max(0, delay.max / 1e6 - resolution),
  hashes: hashed.value.hashes,
};
process.stdout.write(JSON.stringify(cost));
