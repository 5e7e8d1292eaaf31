/**
 * The seed of everything that is random in tests. It is fixed, so that a failure repeats; `npm run test:all` sets a new
 * one.
 */
export const seed = Number(process.env['TEST_SEED'] ?? 1);

/** How many times a campaign of kills kills on each kind of server: a sample by default. */
export const kills = Number(process.env['TEST_KILLS'] ?? 6);
