/** Whether chunks that the program knows as acknowledged are sent again: bodies are counted from when it knew of it. */
import { openStore } from '../../main/engine/store/open.ts';
import type { Transfer } from '../../main/engine/store/rows.ts';

/** Bodies that began to arrive, by session and chunk: `session index`. */
export type Bodies = ReadonlyMap<string, number>;

export class Acknowledged {
  /** Bodies that had begun when a chunk was first known as acknowledged. */
  readonly #known = new Map<string, number>();

  /**
   * Looks at a profile that nobody has open, and at what has arrived.
   *
   * @param session what an upload is called on its server; `undefined`: it has no name yet
   * @param seen gets every transfer
   */
  async note(
    profile: string,
    session: (remote: unknown, transfer: Transfer) => string | undefined,
    bodies: () => Promise<Bodies>,
    seen: (transfer: Transfer) => void = () => undefined,
  ): Promise<void> {
    const known: string[] = [];
    const store = openStore({ folder: profile });
    try {
      for (const transfer of store.transfers.page({}, 'newest', { limit: 1_000 }).rows) {
        seen(transfer);
        const name = session(transfer.remote?.value, transfer);
        if (name === undefined) continue;
        for (const chunk of store.transfers.chunks(transfer.id))
          if (chunk.state === 'acknowledged') known.push(`${name} ${chunk.index}`);
      }
    } finally {
      await store.close();
    }
    const arrived = await bodies();
    for (const key of known) {
      const count = arrived.get(key);
      if (count !== undefined && !this.#known.has(key)) this.#known.set(key, count);
    }
  }

  /** Bodies of such chunks that came since, and how often any chunk was sent again. */
  judge(bodies: Bodies): { readonly acknowledgedResent: number; readonly resent: number } {
    const counts = [...bodies];
    return {
      acknowledgedResent: counts.reduce((sum, [key, count]) => sum + count - (this.#known.get(key) ?? count), 0),
      resent: counts.reduce((sum, [, count]) => sum + Math.max(0, count - 1), 0),
    };
  }
}
