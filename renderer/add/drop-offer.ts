/** What a person gave the window, before it is queued: paths where the host can read them, else the files themselves. */
import type { Bridge } from '../../preload/window.ts';
import { collect, itemsOf, withFiles, type Held } from './drop-entries.ts';
import type { LookWatch } from './looking.svelte.ts';

export type Offer =
  | {
      readonly kind: 'paths';
      readonly paths: readonly string[];
      /** Of these there is no path. */ readonly pathless: number;
    }
  | ({ readonly kind: 'held' } & Held);

export const emptyOffer: Offer = { kind: 'held', items: [], empty: [], unreadable: [] };

/** Files and folders that were given; what a folder holds is not counted. */
export const countOf = (offer: Offer): number => (offer.kind === 'paths' ? offer.paths.length : offer.items.length);

/** Whether there is nothing to queue and nothing to say. */
export const isNothing = (offer: Offer): boolean =>
  offer.kind === 'paths'
    ? offer.paths.length + offer.pathless === 0
    : offer.items.length + offer.empty.length + offer.unreadable.length === 0;

/** The last part of a path of either kind of system. */
export const baseName = (path: string): string => path.split(/[/\\]/).findLast((part) => part !== '') ?? path;

/** An offer of paths of the machine that the host runs on. */
export const pathsOffer = (paths: readonly string[]): Offer => ({ kind: 'paths', paths, pathless: 0 });

/** Both together, each path once. Of two kinds, the later alone. */
export const joined = (before: Offer, more: Offer): Offer => {
  if (before.kind === 'paths' && more.kind === 'paths') {
    const paths = [...new Set([...before.paths, ...more.paths])];
    return { kind: 'paths', paths, pathless: before.pathless + more.pathless };
  }
  if (before.kind !== 'held' || more.kind !== 'held') return more;
  return {
    kind: 'held',
    items: [...before.items, ...more.items],
    empty: [...before.empty, ...more.empty],
    unreadable: [...before.unreadable, ...more.unreadable],
  };
};

/** The part of an offer that these paths name: single files, and files of a folder with their path in it. */
export const offerWith = (offer: Offer, paths: ReadonlySet<string>): Offer => {
  if (offer.kind === 'paths') return pathsOffer([...paths]);
  const items = withFiles(offer.items, (path) => paths.has(path));
  return { kind: 'held', items, empty: [], unreadable: [] };
};

const byPath = (files: Iterable<File>, pathOf: Bridge['pathOf']): Offer => {
  const paths = Array.from(files, (file) => pathOf(file));
  const real = paths.filter((path) => path !== '');
  return { kind: 'paths', paths: [...new Set(real)], pathless: paths.length - real.length };
};

/** Whether files cross as paths, in the app, or as bytes, in a browser. */
export interface FileHost {
  /** Of a drop or the clipboard; has to be called while its event is handled. Rejects when `watch` ends it. */
  offer(transfer: DataTransfer, watch?: LookWatch): Promise<Offer>;
  /** Of a file field, or of files that were made here. */
  offerOf(files: Iterable<File>): Offer;
}

/** @param bridge of the app; absent in a browser */
export const fileHost = (bridge: Bridge | undefined): FileHost =>
  bridge === undefined
    ? {
        offer: async ({ items }, watch) => ({ kind: 'held', ...(await collect(items, watch)) }),
        offerOf: (files) => ({ kind: 'held', ...itemsOf(files) }),
      }
    : {
        offer: ({ files }) => Promise.resolve(byPath(files, bridge.pathOf)),
        offerOf: (files) => byPath(files, bridge.pathOf),
      };
