import type { App } from './app.svelte.ts';

/**
 * State of a view that outlives it: made when it is first asked for, and the same one for this window from then on.
 *
 * @param build makes it
 */
export const keptBy = <T>(build: (app: App) => T): ((app: App) => T) => {
  const all = new WeakMap<App, { readonly state: T }>();
  return (app) => {
    const known = all.get(app);
    if (known !== undefined) return known.state;
    // Without a root of its own, its derived values would end with the view that asked first.
    const made: { state?: T } = {};
    $effect.root(() => {
      made.state = build(app);
    });
    const kept = made as { readonly state: T };
    all.set(app, kept);
    return kept.state;
  };
};
