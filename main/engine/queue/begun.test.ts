import { expect, it } from 'vitest';
import type { Shape } from '../providers/provider.ts';
import type { Survives } from '../store/connection.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

/** Uploads a file; returns what the mark of each chunk survives, and whether it was there at the chunk's first byte. */
const upload = async (cut: Shape['cut']): Promise<{ readonly survives: Survives[]; readonly before: boolean[] }> => {
  const survives: Survives[] = [];
  const before: boolean[] = [];
  const outer: Survives[] = [];
  bench.renewQueue({
    transaction: (work, as = 'power-loss') => {
      outer.push(as);
      try {
        return bench.store.transaction(work, as);
      } finally {
        outer.pop();
      }
    },
    transfers: {
      ...bench.store.transfers,
      chunkBegun: (id, index) => {
        // A part of a write is as durable as the whole.
        survives.push(outer[0] ?? 'power-loss');
        bench.store.transfers.chunkBegun(id, index);
      },
    },
  });
  bench.server().cut = cut;
  bench.server().before = (phase, _name, index) => {
    if (phase === 'send')
      before.push(bench.store.transfers.chunks(id).some((chunk) => chunk.index === index && chunk.begun));
    return undefined;
  };
  const id = await bench.add('a');
  await bench.queue.start();
  await bench.reached(id, 'done');
  return { survives, before };
};

it('where a cut spoils a file, a power loss does not take the mark of a chunk whose first byte left', async () => {
  expect(await upload('spoils')).toEqual({
    survives: ['power-loss', 'power-loss', 'power-loss', 'power-loss'],
    before: [true, true, true, true],
  });
});

it.each(['harmless', 'until-last-byte'] as const)(
  'where a cut of a chunk leaves nothing (%s), its mark survives a kill and costs no wait for the disk',
  async (cut) => {
    expect(await upload(cut)).toEqual({
      survives: ['kill', 'kill', 'kill', 'kill'],
      before: [true, true, true, true],
    });
  },
);
