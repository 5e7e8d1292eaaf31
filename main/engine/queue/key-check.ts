/**
 * Asks the servers about delete keys that the journal had and the database had not: a share that exists is completed, or
 * becomes one; one that does not is forgotten. Where a server cannot be asked, its keys are kept and it is asked later.
 */
import type { RecoveredKey } from '../store/store.ts';
import type { AsksServers } from './asks-servers.ts';
import { backoff } from './backoff.ts';

/** Shortest wait before a server that could not be asked is asked again, ms. */
const shortestWait = 15_000;

export class KeyCheck {
  readonly #deps: AsksServers;
  /** What the store found; another array where its database was replaced. */
  #found: readonly RecoveredKey[] = [];
  #left: RecoveredKey[] = [];
  readonly #later = new Map<string, { readonly at: number; readonly attempts: number }>();
  #busy = false;
  #ended = false;

  constructor(deps: AsksServers) {
    this.#deps = deps;
  }

  /** When a server that could not be asked is asked again, ms since the epoch. */
  nextDue(): number | undefined {
    const due = this.#left.map(({ entry }) => this.#later.get(entry.serverId)?.at ?? 0);
    return due.length === 0 ? undefined : due.reduce((least, at) => Math.min(least, at));
  }

  /** The clock was put back: what waits is due now, ms since the epoch. */
  wake(now: number): void {
    for (const [serverId, later] of this.#later) this.#later.set(serverId, { ...later, at: now });
  }

  end(): void {
    this.#ended = true;
  }

  /** Asks about one key at a time. */
  look(): void {
    if (this.#busy || this.#ended) return;
    const { store, now, attempts } = this.#deps;
    if (this.#found !== store.recovered.all) {
      this.#found = store.recovered.all;
      this.#left = [...this.#found];
    }
    const key = this.#left.find(
      ({ entry: { serverId } }) =>
        (this.#later.get(serverId)?.at ?? 0) <= now() && attempts.cooldowns.mayBegin(serverId),
    );
    if (key === undefined) return;
    this.#busy = true;
    void this.#ask(key)
      .catch(() => false)
      .then((answered) => {
        this.#busy = false;
        if (this.#ended) return;
        this.#settle(key, answered);
        this.#deps.changed();
      })
      // A store that cannot be written has stopped the queue by itself; the key is still in the journal.
      .catch(() => undefined);
  }

  #settle(key: RecoveredKey, answered: boolean): void {
    const { serverId } = key.entry;
    if (answered) {
      this.#left = this.#left.filter((other) => other !== key);
      this.#later.delete(serverId);
      return;
    }
    const { now, random } = this.#deps;
    const attempts = (this.#later.get(serverId)?.attempts ?? 0) + 1;
    this.#later.set(serverId, { at: now() + Math.max(shortestWait, backoff(attempts, random)), attempts });
  }

  /** Whether the server has answered. */
  async #ask(key: RecoveredKey): Promise<boolean> {
    const { store, server, attempts } = this.#deps;
    const { serverId, shareKey } = key.entry;
    const port = server(serverId);
    if (!port.ok) return false;
    const { provider, context } = port.value;
    // Where a type of server cannot be asked, a share too many does less harm than a key too few.
    const find = provider.find?.bind(provider);
    const found = find && (await attempts.run(serverId, `key ${shareKey}`, () => find(shareKey, context)));
    if (found?.ok === false) return false;
    if (this.#ended) return true;
    if (found === undefined) {
      if (key.shareId === undefined) store.recovered.found(key, { key: shareKey });
    } else if (found.value === undefined) store.recovered.gone(key);
    else store.recovered.found(key, found.value);
    return true;
  }
}
