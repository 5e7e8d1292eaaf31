import { describe, expect, it } from 'vitest';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kills, seed } from '../gate/seed.ts';
import { runCampaign } from './campaign.ts';

describe.each([
  ['behind nginx', 'nginx'],
  ['on a directly reachable server', 'none'],
] as const)('uploads that are killed %s', (_, front) => {
  it(
    'lose nothing, double nothing, and send no acknowledged chunk again',
    { timeout: 60_000 + kills * 30_000 },
    async () => {
      const result = await runCampaign({ provider: 'stend', count: kills, seed, front });
      expect(result.wrong).toEqual([]);
      expect(result).toMatchObject({ kills, lost: 0, doubled: 0, acknowledgedResent: 0, restartedUnforced: 0 });
      // One chunk for each connection and kill, at most.
      expect(result.resent).toBeLessThanOrEqual(kills * 2);
    },
  );
});

describe('uploads to Cloudreve sites that are restarted and killed, as the client is', () => {
  it('lose nothing, double nothing, and leave nothing behind', { timeout: 60_000 + kills * 30_000 }, async () => {
    const result = await runCampaign({ provider: 'cloudreve', count: kills, seed, front: 'none', sample: true });
    expect(result.wrong).toEqual([]);
    expect(result).toMatchObject({ kills, lost: 0, doubled: 0, acknowledgedResent: 0, restartedUnforced: 0 });
  });
});

describe('uploads to a SelfCommunity server that are killed', () => {
  it('lose nothing, double nothing, and are never completed twice', { timeout: 60_000 + kills * 30_000 }, async () => {
    const result = await runCampaign({ provider: 'selfcommunity', count: kills, seed, front: 'none' });
    expect(result.wrong).toEqual([]);
    expect(result).toMatchObject({ kills, lost: 0, doubled: 0, acknowledgedResent: 0, restartedUnforced: 0 });
  });
});

describe('uploads to FilesNest servers that are killed, as the client is', () => {
  it('lose nothing, double nothing, and leave nothing behind', { timeout: 60_000 + kills * 30_000 }, async () => {
    const result = await runCampaign({ provider: 'filesnest', count: kills, seed, front: 'none', sample: true });
    expect(result.wrong).toEqual([]);
    expect(result).toMatchObject({ kills, lost: 0, doubled: 0, acknowledgedResent: 0, restartedUnforced: 0 });
  });
});

describe('a campaign whose program does not run', () => {
  // Of this seed no kill comes before the program's first word or its end.
  const campaign = { provider: 'stend', count: 1, seed: 2, front: 'none' } as const;

  it('ends at once with its words where it is not built, and says what to do', async () => {
    const cli = join(tmpdir(), 'nowhere', 'cli.js');
    await expect(runCampaign({ ...campaign, cli })).rejects.toThrow(/Cannot find module .*nowhere[^]*Run: vite build$/);
  });

  it.each([
    ['fails each time', `console.error('no such option'); process.exitCode = 2;`, 'in a row: no such option', {}],
    [
      'says nothing and never ends',
      `setInterval(() => {}, 1_000);`,
      'neither said anything nor ended',
      { patience: 1_000 },
    ],
  ])('ends with its words where it %s', async (_how, does, words, how) => {
    const cli = join(tmpdir(), `kill-test-${process.pid}.mjs`);
    // What prepares the campaign goes well.
    await writeFile(cli, `if (process.argv.includes('upload')) { ${does} }`);
    try {
      await expect(runCampaign({ ...campaign, cli, ...how })).rejects.toThrow(words);
    } finally {
      await rm(cli);
    }
  });
});
