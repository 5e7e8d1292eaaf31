import { onDestroy } from 'svelte';

/**
 * Whether the component that asks is still shown: an answer may come when it has gone, and whatever is open then is
 * another's. To be called where the component is made.
 */
export const presence = (): (() => boolean) => {
  let here = true;
  onDestroy(() => (here = false));
  return () => here;
};
