import { expect, it } from 'vitest';
import { kills, seed } from '../gate/seed.ts';
import { runCampaign } from './campaign.ts';

it(
  'uploads that are killed behind nginx that ignores client aborts lose nothing, and none starts over',
  { timeout: 60_000 + kills * 30_000 },
  async () => {
    const result = await runCampaign({ provider: 'stend', count: kills, seed, front: 'nginx-ignore-abort' });
    expect(result.wrong).toEqual([]);
    expect(result).toMatchObject({ kills, lost: 0, doubled: 0, acknowledgedResent: 0, restarted: 0 });
    // One chunk for each connection and kill, at most.
    expect(result.resent).toBeLessThanOrEqual(kills * 2);
  },
);
