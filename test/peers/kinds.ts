import type { StartCompanion } from './companion.ts';
import { STORE_KINDS } from './cloudreve-stores/store.ts';
import type { StartStandIn } from './stand-in.ts';

/** How each kind of stand-in is started. It is loaded when it is needed. */
export const KINDS: Readonly<Record<string, () => Promise<StartStandIn>>> = {
  stend: async () => (await import('./stend/server.ts')).startStend,
  hostile: async () => (await import('./hostile/server.ts')).startHostile,
  cloudreve: async () => (await import('./cloudreve/server.ts')).startCloudreve,
  selfcommunity: async () => (await import('./selfcommunity/server.ts')).startSelfCommunity,
  filesnest: async () => (await import('./filesnest/server.ts')).startFilesNest,
  ...Object.fromEntries(
    STORE_KINDS.map((kind) => [kind, async () => (await import('./cloudreve-stores/program.ts')).storeAlone(kind)]),
  ),
};

/** What is kept beside them. */
export const COMPANIONS: Readonly<Record<string, StartCompanion>> = {
  cloudreve: async (options) => (await import('./cloudreve/store-keeper.ts')).keepStore(options),
};
