import { createContext } from 'svelte';
import type { App } from './app.svelte.ts';

/**
 * What every part of the window shares, given once by the window and taken where it is needed. `useApp` throws outside of a
 * window, and belongs into the first lines of a component.
 */
export const [useApp, provideApp] = createContext<App>();
