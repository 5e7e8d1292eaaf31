/** What a benchmark tells: one JSON object a line. */

/** One line. `runs`: the single results in the order they came; `ratio` and `value` are their median. */
export type Row = {
  readonly bench: string;
  readonly unit: string;
  readonly runs: readonly number[];
} & ({ readonly ratio: number } | { readonly value: number });

export const median = (runs: readonly number[]): number => {
  const sorted = runs.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low, high] = [sorted[half - 1], sorted[half]];
  if (high === undefined) throw new Error('no runs, no median');
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
};

/** Four digits tell all that a measurement knows. */
const rounded = (value: number): number => Number(value.toPrecision(4));

export const valueRow = (bench: string, unit: string, runs: readonly number[]): Row => ({
  bench,
  value: rounded(median(runs)),
  unit,
  runs: runs.map(rounded),
});

/** `of`: what the ratio compares with. */
export const ratioRow = (bench: string, of: string, runs: readonly number[]): Row => ({
  bench,
  ratio: rounded(median(runs)),
  unit: `x ${of}`,
  runs: runs.map(rounded),
});
