import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startPeer } from '../peer.ts';
import type { Recording } from '../recording.ts';
import { replay } from '../replay.ts';

const folder = new URL('recordings/', import.meta.url);
const recordings = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recording,
);

describe.concurrent('the stand-in answers as the real server did', () => {
  it.each(recordings)('$scenario: $says', async (recording) => {
    const peer = await startPeer('stend', { as: recording.server, config: recording.config });
    const hooks = { 'restart-server': peer.restart, 'kill-server': peer.kill };
    try {
      const vars = { unique: `u${Date.now()}`, ...peer.vars };
      expect(await replay(recording, { url: peer.url, vars, hooks })).toEqual([]);
    } finally {
      await peer.stop();
    }
  });
});
