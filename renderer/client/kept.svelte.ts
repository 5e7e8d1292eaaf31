import type { App } from './app.svelte.ts';

/**
 * State of a view that outlives it: made when it is first asked for, the same for a window ever after.
 *
 * @param build makes it
 */
export const keptBy = <T>(build: (app: App) => T): ((app: App) => T) => {
  const all = new WeakMap<App, { readonly state: T }>();
  return (app) => {
    const known = all.get(app);
    if (known !== undefined) return known.state;
    // What is derived within would end with the view that asked first, had it no root of its own.
    const made: { state?: T } = {};
    $effect.root(() => {
      made.state = build(app);
    });
    const kept = made as { readonly state: T };
    all.set(app, kept);
    return kept.state;
  };
};
