import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileHashes } from './file-hashes.ts';
import { identify, type Identity } from './identity.ts';

let folder: string;
let hashes: FileHashes;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-hashes-'));
  hashes = new FileHashes();
});
afterEach(async () => {
  hashes.close();
  await rm(folder, { recursive: true, force: true });
});

const file = async (name: string, bytes: number, fill: string): Promise<Identity> => {
  const path = join(folder, name);
  await writeFile(path, Buffer.alloc(bytes, fill));
  const identity = await identify(path);
  if (!identity.ok) throw new Error('no identity');
  return identity.value;
};
const hex = (algorithm: string, bytes: number, fill: string): string =>
  createHash(algorithm).update(Buffer.alloc(bytes, fill)).digest('hex');
const never = new AbortController().signal;
const quiet = { signal: never, onProgress: () => undefined };
const large = 200 * 1024 * 1024;

test('a worker makes all hashes in one reading, says how far it is, and takes one file after the other', async () => {
  const one = await file('one', 64 * 1024 * 1024, 'a');
  const two = await file('two', 10, 'b');
  const seen: number[] = [];
  const [first, second] = await Promise.all([
    hashes.hash(one, ['sha256', 'md5'], { signal: never, onProgress: (bytes) => seen.push(bytes) }),
    hashes.hash(two, ['md5'], quiet),
  ]);
  expect(first).toMatchObject({
    ok: true,
    value: { hashes: { sha256: hex('sha256', one.size, 'a'), md5: hex('md5', one.size, 'a') }, ctimeNs: one.ctimeNs },
  });
  expect(second).toMatchObject({ ok: true, value: { hashes: { md5: hex('md5', 10, 'b') } } });
  expect(seen.length).toBeGreaterThan(0);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
});

test('what is aborted ends at once, also before its turn, and the next file is read all the same', async () => {
  const one = await file('one', large, 'a');
  const two = await file('two', 10, 'b');
  const [stopOne, stopTwo] = [new AbortController(), new AbortController()];
  const reason = new Error('cancelled');
  const first = hashes.hash(one, ['sha256'], {
    signal: stopOne.signal,
    onProgress: () => {
      stopTwo.abort(reason);
      stopOne.abort(reason);
    },
  });
  const second = hashes.hash(one, ['md5'], { signal: stopTwo.signal, onProgress: () => undefined });
  const third = hashes.hash(two, ['md5'], quiet);
  await expect(second).rejects.toBe(reason);
  await expect(first).rejects.toBe(reason);
  expect(await third).toMatchObject({ ok: true, value: { hashes: { md5: hex('md5', 10, 'b') } } });
  await expect(hashes.hash(two, ['md5'], { ...quiet, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('a file that is not the known one any more has no hash', async () => {
  const one = await file('one', 10, 'a');
  await writeFile(one.path, 'other');
  expect(await hashes.hash(one, ['md5'], quiet)).toMatchObject({
    ok: false,
    failure: { behaviour: 'attention', problem: { code: 'file-changed' } },
  });
});
