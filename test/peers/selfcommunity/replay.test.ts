import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startPeer } from '../peer.ts';
import { bytesOf, type Recording } from '../recording.ts';
import { type Difference, replay } from '../replay.ts';
import type { StoredFile } from './disk.ts';

const folder = new URL('recordings/', import.meta.url);
const recordings = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recording,
);

/** Plays a recording on a server of its own; returns where the answers differ, and what is stored in the end. */
async function play(recording: Recording) {
  const peer = await startPeer('selfcommunity', { as: recording.server, config: recording.config });
  try {
    const differences: readonly Difference[] = await replay(recording, {
      url: peer.url,
      vars: { unique: `u${Date.now()}` },
      hooks: {},
    });
    return { differences, files: await peer.ask<readonly StoredFile[]>('/__peer/files') };
  } finally {
    await peer.stop();
  }
}

const hash = (from: number, length: number): string =>
  createHash('sha256')
    .update(bytesOf({ seed: 1, from, length }))
    .digest('hex');

describe.concurrent('the stand-in', () => {
  it.each(recordings)('answers as the real server did: $scenario: $says', async (recording) => {
    expect((await play(recording)).differences).toEqual([]);
  });

  it.each([
    ['django-chunk-missing-index', [0]],
    ['django-done-missing-chunk', [1000, 2500]],
    ['django-done-twice', [0, 2500]],
    ['node-last-chunk-resent', [3000]],
    ['node-missing-chunk', [1500]],
    ['php-done-twice', [0]],
    ['php-delete', []],
  ])('stores what the real server did, as damaged: %s', async (scenario, sizes) => {
    const { files } = await play(recordingOf(scenario));
    expect(files.map(({ size }) => size).sort((a, b) => a - b)).toEqual(sizes);
  });

  it.each([
    ['django-chunks-out-of-order', 0, 2500],
    ['node-chunk-resent', 0, 2500],
    ['node-simple', 2000, 500],
    ['node-twelve-chunks', 0, 1200],
    ['php-chunk-resent', 0, 2500],
    ['php-chunks-out-of-order', 0, 2500],
    ['php-done-missing-chunk', 0, 2500],
  ])('stores the bytes that the real server did: %s', async (scenario, from, length) => {
    const { files } = await play(recordingOf(scenario));
    expect(files).toMatchObject([{ name: 'a.bin', size: length, sha256: hash(from, length) }]);
  });
});

function recordingOf(scenario: string): Recording {
  const found = recordings.find((recording) => recording.scenario === scenario);
  if (!found) throw new Error(`There is no recording of ${scenario}.`);
  return found;
}
