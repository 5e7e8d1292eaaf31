/** Which folder each file of one call was added with, so that the queue can show the folder as one row. */
import { dirname } from 'node:path';
import type { Store } from '../store/store.ts';

type Local = {
  readonly path: string;
  /** Names of the folders above it on this machine, from the one that was added down; empty: it was added itself. */
  readonly local: readonly string[];
};

export class AddedFolders {
  readonly #store: Store;
  readonly #serverId: string;
  /** Ids of folders, by their path on this machine. */
  readonly #ids = new Map<string, number>();

  constructor(store: Store, serverId: string) {
    this.#store = store;
    this.#serverId = serverId;
  }

  /** The folder of a file, made with its first one. `dropId`: their batch. `undefined`: it was added itself. */
  of({ path, local }: Local, dropId: number | undefined): number | undefined {
    const [name] = local;
    if (name === undefined) return undefined;
    const root = local.reduce((below) => dirname(below), path);
    let id = this.#ids.get(root);
    if (id === undefined) {
      id = this.#store.folders.add({ serverId: this.#serverId, path: root, name, createdAt: Date.now(), dropId });
      this.#ids.set(root, id);
    }
    return id;
  }

  /** Every file is added: a folder that has one file alone is that file. */
  end(): void {
    if (this.#ids.size > 0) this.#store.folders.dissolveSmall([...this.#ids.values()]);
  }
}
