/** Runs cells of the matrix of faults: servers side by side, the cells of one server in a row. */
import { type CellResult, runCell } from './cell.ts';
import type { Cell, Way } from './cells.ts';
import { startBench } from './fault-bench.ts';
import { faultWorlds } from './fault-worlds.ts';

/** @param done called after each cell */
export const runMatrix = async (
  cells: readonly Cell[],
  way: Way,
  folder: string,
  seed: number,
  done: (result: CellResult) => void,
): Promise<void> => {
  const runs = Object.entries(faultWorlds).map(async ([provider, world]) => {
    const own = cells.filter((cell) => cell.provider === provider);
    if (own.length === 0) return;
    const bench = await startBench(world, way, folder, seed);
    try {
      for (const cell of own) {
        const result = await runCell(bench, cell).catch((error: unknown): CellResult => ({
          ...{ cell, end: 'failed', asked: [], course: [] },
          wrong: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
        }));
        done(result);
      }
    } finally {
      await bench.close();
    }
  });
  await Promise.all(runs);
};
