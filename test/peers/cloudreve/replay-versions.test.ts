import { describe, expect, it } from 'vitest';
import { play, recordingsOf } from './play.ts';

describe.concurrent('the stand-in answers as the real server did: versions', () => {
  it.each(recordingsOf('versions'))('$scenario: $says', async (recording) => {
    expect(await play(recording)).toEqual([]);
  });
});
