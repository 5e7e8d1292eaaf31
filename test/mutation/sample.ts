/**
 * A plugin of Stryker that lets only a sample be tried: every nth mutant (`MUTATE_EVERY`), in the order in which Stryker
 * numbers them, by file and position; of n samples that have nothing in common, the one that `MUTATE_FROM` says, from 0.
 * The others appear as compile errors in the report, and are not counted in the score.
 */
const every = Number(process.env['MUTATE_EVERY'] ?? 1);
const from = Number(process.env['MUTATE_FROM'] ?? 0);

const sample = {
  init: () => Promise.resolve(),
  check: (mutants: readonly { readonly id: string }[]) =>
    Promise.resolve(
      Object.fromEntries(
        mutants.map(({ id }) => [
          id,
          Number(id) % every === from ? { status: 'passed' } : { status: 'compileError', reason: 'not in the sample' },
        ]),
      ),
    ),
};

export const strykerPlugins = [{ kind: 'Checker', name: 'sample', factory: () => sample }];
