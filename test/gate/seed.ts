/**
 * The seed of everything that is random in tests. It is fixed, so that a failure repeats; `npm run test:all` sets a new
 * one.
 */
export const seed = Number(process.env['TEST_SEED'] ?? 1);

/** How many times a campaign of kills kills on each kind of server: a sample by default. */
export const kills = Number(process.env['TEST_KILLS'] ?? 4);

/** Whether every combination is tried; a sample of them by default. */
export const isWhole = process.env['TEST_WHOLE'] === '1';

/** How many inputs that are none the calls of the window are tried with: a sample by default. */
export const inputs = Number(process.env['TEST_INPUTS'] ?? 20_000);
