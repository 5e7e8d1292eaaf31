import { SvelteMap } from 'svelte/reactivity';
import type { CallOutput, ServerView } from '../../preload/contract.ts';
import { bytes } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Client } from '../client/client.ts';
import { keptBy } from '../client/kept.svelte.ts';

export type Capacity = NonNullable<CallOutput<'folders.capacity'>['capacity']>;

/** How much room accounts have, as far as somebody looked: asked for where it is shown, never on its own. */
export class Capacities {
  readonly #client: Pick<Client, 'call'>;
  readonly #known = new SvelteMap<string, Capacity>();

  constructor(client: Pick<Client, 'call'>) {
    this.#client = client;
  }

  of(serverId: string): Capacity | undefined {
    return this.#known.get(serverId);
  }

  /**
   * Bytes that are free, where a file of so many does not fit. `undefined`: it fits, or that is not known. What was
   * seen before may be outdated: the server is asked again before a file is refused.
   */
  async tooSmallFor(server: Pick<ServerView, 'id' | 'capabilities'>, size: number): Promise<number | undefined> {
    const free = (): number | undefined => {
      const known = this.of(server.id);
      const left = known === undefined || known.total <= 0 ? undefined : Math.max(0, known.total - known.used);
      return left !== undefined && left < size ? left : undefined;
    };
    if (free() === undefined) return undefined;
    await this.ask(server);
    return free();
  }

  /** Never rejects: a server that cannot tell says nothing, for nobody asked whether it answers. */
  async ask({ id, capabilities }: Pick<ServerView, 'id' | 'capabilities'>): Promise<void> {
    if (!capabilities.folders) return;
    try {
      const { capacity } = await this.#client.call('folders.capacity', { serverId: id });
      if (capacity === undefined) this.#known.delete(id);
      else this.#known.set(id, capacity);
    } catch {
      this.#known.delete(id);
    }
  }
}

/** The used space in words, and whether the storage is full. A total of 0 means that it is unknown. */
export const capacityWords = ({
  total,
  used,
}: Capacity): { readonly text: string; readonly full: boolean } | undefined => {
  if (total <= 0) return undefined;
  const room = { used: bytes(used), total: bytes(total) };
  return used >= total
    ? { text: m.folders_capacity_full(room), full: true }
    : { text: m.folders_capacity(room), full: false };
};

/** The one of a window. */
export const capacitiesOf = keptBy((app) => new Capacities(app.client));
