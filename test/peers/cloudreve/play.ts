import { readFileSync, readdirSync } from 'node:fs';
import { type Difference, replay } from '../replay.ts';
import { startPeer } from '../peer.ts';
import type { Recording } from '../recording.ts';

export function recordingsOf(group: string): readonly Recording[] {
  const folder = new URL(`recordings/${group}/`, import.meta.url);
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recording);
}

/** Plays a recording against a site of its own; answers where that answered otherwise. */
export async function play(recording: Recording): Promise<readonly Difference[]> {
  const peer = await startPeer('cloudreve', { as: recording.server, config: recording.config });
  try {
    const vars = { unique: `u${Date.now().toString(36)}`, ...peer.vars };
    return await replay(recording, { url: peer.url, vars, hooks: peer.words, pass: peer.clock });
  } finally {
    await peer.stop();
  }
}
