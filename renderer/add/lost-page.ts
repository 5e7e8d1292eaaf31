/** What a page was receiving when it went: the same tab says so when it is loaded again. */
export type Lost = { readonly tokens: readonly string[]; readonly names: readonly string[] };

const key = 'stevedore-receiving';
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** Keeps it for this tab alone. */
export const noteLost = (lost: Lost): void => {
  try {
    sessionStorage.setItem(key, JSON.stringify(lost));
  } catch {
    // Too much for it, or none is allowed. The host says it as well, when nothing has come for a while.
  }
};

/** What was kept, which is forgotten then. */
export const forgetLost = (): Lost => {
  try {
    const { tokens, names } = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Readonly<Record<string, unknown>>;
    sessionStorage.removeItem(key);
    return { tokens: texts(tokens), names: texts(names) };
  } catch {
    return { tokens: [], names: [] };
  }
};

/** Asks before the page goes, and keeps what is lost where it goes all the same. Returns the way to stop. */
export const watchLeaving = (lost: () => Lost): (() => void) => {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('beforeunload', (event) => event.preventDefault(), { signal });
  addEventListener('pagehide', () => noteLost(lost()), { signal });
  return () => stop.abort();
};
