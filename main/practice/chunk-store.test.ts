import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { wholeChunks } from './chunk-store.ts';

/** A data file without a chunk, and how a body of its first chunk is opened. */
const scene = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-chunks-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'data');
  await writeFile(path, '');
  const state = { stored: false };
  const begin = () => wholeChunks.open({ transferKey: 'x', chunk: 0, path, offset: 0, isWanted: () => !state.stored });
  return { state, begin, text: () => readFile(path, 'utf8') };
};

test('of two bodies for one chunk the earlier one writes nothing once the later one has begun', async () => {
  const { state, begin, text } = await scene();
  const earlier = await begin();
  const later = await begin();
  await later.write([Buffer.from('bb')]);
  await earlier.write([Buffer.from('aaaa')]);
  await later.write([Buffer.from('b')]);
  await later.finish();
  state.stored = true;
  await earlier.write([Buffer.from('aaaa')]);
  await earlier.finish();
  expect(await text()).toBe('bbb');
});

test('an earlier body that is complete before the later one is refused, and the later one is stored', async () => {
  const { begin, text } = await scene();
  const earlier = await begin();
  await earlier.write([Buffer.from('aaaa')]);
  const later = await begin();
  await expect(earlier.finish()).rejects.toThrow('another body of this chunk came later');
  await later.write([Buffer.from('bb')]);
  await later.finish();
  expect(await text()).toBe('bb');
});
