import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, ok } from '../../main/engine/outcome.ts';
import type { AnyProvider } from '../../main/engine/providers/provider.ts';
import { problem } from '../../preload/problems.ts';
import { isWhole, seed } from '../gate/seed.ts';
import { runCell } from './cell.ts';
import { type Cell, cellsOf, leftOut, nameOf, sample, type Way } from './cells.ts';
import { type FaultBench, startBench } from './fault-bench.ts';
import { faultWorlds } from './fault-worlds.ts';
import { runMatrix } from './run-matrix.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-matrix-'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const cellsBy = (way: Way): readonly Cell[] =>
  Object.entries(faultWorlds).flatMap(([provider, traits]) => cellsOf(provider, traits, way));

describe('the matrix of faults', () => {
  it('has at least 900 cells, and leaves out by rule what means nothing', () => {
    expect(cellsBy('straight').length).toBeGreaterThanOrEqual(900);
    const cell = { provider: 'stend', fault: 'no-name', step: 'open', lost: 'answer', recovery: 'kill' } as const;
    expect(leftOut(cell, { finishes: false }, 'straight')).toContain('no connection');
    expect(leftOut({ ...cell, lost: 'request' }, { finishes: false }, 'straight')).toBeUndefined();
    expect(leftOut({ ...cell, lost: 'request' }, { finishes: false }, 'proxied')).toContain('proxy');
  });

  it('draws the same cells for the same seed', () => {
    const all = cellsBy('straight');
    expect(sample(all, 50, 7)).toEqual(sample(all, 50, 7));
    expect(sample(all, 50, 7)).not.toEqual(sample(all, 50, 8));
  });

  const times = isWhole ? 10 : 1;
  const samples: Readonly<Record<Way, () => readonly Cell[]>> = {
    straight: () =>
      Object.entries(faultWorlds).flatMap(([provider, traits]) =>
        sample(cellsOf(provider, traits, 'straight'), 6 * times, seed),
      ),
    proxied: () => sample(cellsBy('proxied'), 5 * times, seed),
    tls: () => sample(cellsBy('tls'), 5 * times, seed),
  };
  it.each<[Way, string]>([
    ['straight', 'on every server'],
    ['proxied', 'through a proxy'],
    ['tls', 'with a pinned certificate'],
  ])('has no failed cell in a sample (%s, %s)', { timeout: 900_000 }, async (way) => {
    const cells = samples[way]();
    const failed: unknown[] = [];
    let count = 0;
    await runMatrix(cells, way, folder, seed, ({ cell, end, wrong, course }) => {
      count++;
      if (end === 'failed') failed.push({ cell: nameOf(cell), wrong, course });
    });
    expect(failed).toEqual([]);
    expect(count).toBe(cells.length);
  });
});

describe('the judgement of a cell', () => {
  const cell: Cell = { provider: 'stend', fault: 'reset', step: 'verify', lost: 'request', recovery: 'retry' };
  let bench: FaultBench;
  beforeAll(async () => {
    const world = faultWorlds['stend-buffered'];
    if (world === undefined) throw new Error('no such server');
    bench = await startBench(world, 'straight', folder, seed);
  });
  afterAll(() => bench.close());

  let verified = 0;
  let asked = 0;
  const retry = fail('retry', problem('session-gone', { server: 'peer' }));
  it.each<[string, (real: AnyProvider) => Partial<AnyProvider>, string]>([
    ['nothing, where nothing is wrong', () => ({}), ''],
    [
      'a chunk that is sent twice',
      (real) => ({ send: async (...given) => ((await real.send(...given)).ok ? real.send(...given) : retry) }),
      'chunk 0 arrived 2 times',
    ],
    [
      'a file that is not there',
      () => ({
        send: () => Promise.resolve(ok({})),
        verify: async ({ context, job }) => {
          await context.http.send({ method: 'GET', url: `${context.server.address}/instance` });
          return ok({ proof: { by: 'hash', detail: String(job.size) }, notices: [] });
        },
      }),
      '0 files on the server',
    ],
    [
      'a file that is there twice',
      (real) => ({
        cancel: (call) => (verified > 1 ? real.cancel(call) : Promise.resolve(ok({}))),
        verify: async (call) => {
          const outcome = await real.verify(call);
          return outcome.ok && ++verified === 1
            ? fail('restart', problem('session-gone', { server: 'peer' }))
            : outcome;
        },
      }),
      '2 files on the server',
    ],
    [
      'an upload that never ends',
      (real) => ({ verify: async (call) => ((await real.verify(call)).ok ? retry : retry) }),
      'stuck: ',
    ],
    [
      'a question that nobody can answer better',
      (real) => ({
        verify: async (call) => {
          const outcome = await real.verify(call);
          return outcome.ok && ++asked === 1 ? fail('attention', problem('server-full', { server: 'peer' })) : outcome;
        },
      }),
      'asks without need: server-full',
    ],
  ])('notices %s', async (_what, change, noticed) => {
    const { end, wrong } = await runCell(bench, cell, (provider) => ({ ...provider, ...change(provider) }));
    expect(end).toBe(noticed === '' ? 'passed' : 'failed');
    expect(wrong.join('; ')).toContain(noticed);
  });
});
