import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startPeer } from '../peer.ts';
import type { Recording } from '../recording.ts';
import { replay } from '../replay.ts';

const folder = new URL('recordings/', import.meta.url);
const recordings = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recording,
);

describe.concurrent('the stand-in', () => {
  it.each(recordings)('answers as the real server did: $server: $scenario: $says', async (recording) => {
    const peer = await startPeer('filesnest', { as: recording.server, config: recording.config });
    try {
      const vars = { ...peer.vars, unique: `u${Date.now()}` };
      const pass = (ms: number): Promise<void> => peer.clock(ms);
      expect(await replay(recording, { url: peer.url, vars, hooks: {}, pass })).toEqual([]);
    } finally {
      await peer.stop();
    }
  });
});
