import { describe, expect, it } from 'vitest';
import { play, recordingsOf } from './play.ts';

describe.concurrent('the stand-in answers as the real server did: upload', () => {
  it.each(recordingsOf('upload'))('$scenario: $says', async (recording) => {
    expect(await play(recording)).toEqual([]);
  });
});
