/** Writes down what a person wants of many transfers, and carries out the cancels whose time for an undo is over. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '../../../preload/problems.ts';
import { isDeliveryAsking, isDeliveryMoving, isFinal } from '../../../preload/states.ts';
import type { Outcome } from '../outcome.ts';
import type { Transfer, TransferFilter } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { bulk, partsOf } from './order.ts';
import type { ServerPort } from './server-port.ts';
import { undosOver } from './undo.ts';
import { writeWish, type PersonWish } from './wishes.ts';

export type WishWriterDeps = {
  readonly store: Store;
  readonly now: () => number;
  readonly server: (serverId: string) => Outcome<ServerPort>;
  readonly inLane: (id: number) => boolean;
  /** A transfer of a server is to continue: called within the write. */
  readonly resumed: (serverId: string) => void;
  /** Called after the write, for each transfer that it changed. */
  readonly written: (id: number, wish: PersonWish) => void;
  readonly changed: () => void;
};

/** Ids that were changed, and those whose state does not allow it, with that state. */
export type Wished = {
  readonly changed: readonly number[];
  readonly refused: ReadonlyMap<number, Transfer['state']>;
};

/** A wish, with what belongs to it; see `writeWish`. */
type Whole = { readonly wish: PersonWish; readonly why: Problem | undefined; readonly undoMs: number | undefined };

const isDeliveryOpen = ({ delivery }: Transfer): boolean =>
  delivery !== undefined && (isDeliveryMoving(delivery.state) || isDeliveryAsking(delivery.state));

export class WishWriter {
  readonly #deps: WishWriterDeps;

  constructor(deps: WishWriterDeps) {
    this.#deps = deps;
  }

  /** Many are done in parts, so that what is on its way is not held up. */
  async writeAll(filter: TransferFilter, whole: Whole): Promise<Wished> {
    const changed: number[] = [];
    const refused = new Map<number, Transfer['state']>();
    for (const part of partsOf(filter)) {
      let after: string | undefined;
      do {
        if (changed.length + refused.size > 0) await nextTurn();
        after = this.#page(part, whole, after, changed, refused);
      } while (after !== undefined);
    }
    return { changed, refused };
  }

  #isInOpenFolder({ folderId, state }: Transfer, filter: TransferFilter): boolean {
    if (folderId === undefined || filter.folderId !== undefined || !isFinal(state)) return false;
    const folder = this.#deps.store.folders.get(folderId);
    return folder !== undefined && ['active', 'waiting', 'queued', 'paused'].includes(folder.pressing);
  }

  /** One page of it, as one write. Returns where the next one begins. */
  #page(
    filter: TransferFilter,
    { wish, why, undoMs }: Whole,
    after: string | undefined,
    changed: number[],
    refused: Map<number, Transfer['state']>,
  ): string | undefined {
    const { store, resumed, written } = this.#deps;
    const resumes = wish === 'resume' || wish === 'retry';
    const page = store.transfers.page(filter, 'newest', { limit: bulk, ...(after === undefined ? {} : { after }) });
    const done: number[] = [];
    store.transaction(() => {
      for (const row of page.rows) {
        // Resuming everything does not include what was just cancelled.
        if (row.undo !== undefined && filter.ids === undefined && resumes) continue;
        // Clearing what is completed does not include what still sends a message, or asks about it.
        if (wish === 'remove' && filter.states !== undefined && isDeliveryOpen(row)) continue;
        // Nor the completed files of a folder that has others to upload: its row would tell of fewer files from one moment to the next.
        if (wish === 'remove' && filter.states !== undefined && this.#isInOpenFolder(row, filter)) continue;
        if (this.write(row, wish, why, undoMs)) {
          done.push(row.id);
          if (resumes) resumed(row.serverId);
        } else refused.set(row.id, row.state);
      }
    });
    for (const id of done) {
      changed.push(id);
      written(id, wish);
    }
    return page.next;
  }

  /** Carries out the cancels that cannot be undone any more. Returns when the next one is due, ms since the epoch. */
  endUndos(now: number): number | undefined {
    const { store, written, changed } = this.#deps;
    const { over, next } = undosOver(store, now);
    if (over.length === 0) return next;
    store.transaction(() => {
      // What is done in spite of it stays done.
      for (const row of over) if (!this.write(row, 'cancel')) store.transfers.update(row.id, { undo: undefined });
    });
    for (const { id } of over) written(id, 'cancel');
    changed();
    return next;
  }

  /** One wish; false: the state does not allow it. */
  write(row: Transfer, wish: PersonWish, why?: Problem, undoMs?: number): boolean {
    const { store, now, server, inLane } = this.#deps;
    const serverName = (serverId: string): string => {
      const found = server(serverId);
      return found.ok ? found.value.context.server.name : serverId;
    };
    return writeWish({ store, now, serverName }, row, inLane(row.id), wish, why, undoMs);
  }
}
