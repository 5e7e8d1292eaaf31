import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeKey, normaliseKey } from './keys.ts';

/** One upload, as it is on the disk. Times in ms, sizes in bytes. */
export interface Transfer {
  readonly transferKey: string;
  readonly shareKey: string;
  readonly fileName: string;
  readonly fileSize: number;
  /** Seconds. */
  readonly expireTime: number;
  readonly created: number;
  readonly chunkEvery: number;
  /** How many chunks are stored. They come in order, so these are the first ones. */
  readonly stored: number;
  /** How many bytes these chunks have. */
  readonly storedBytes: number;
  readonly finished: Finished | null;
  /** Fields that its answers have besides, or otherwise, for whatever answers in another way than this server. */
  readonly answered?: Readonly<Record<string, unknown>>;
}

/** What a transfer gains with its last chunk. */
export interface Finished {
  readonly uploadedAt: number;
  readonly expireDate: number;
  readonly deleteKey: string;
}

/** Several transfers, or groups, under one share key. */
export interface Group {
  readonly shareKey: string;
  readonly members: readonly string[];
}

const FIVE_HOURS = 5 * 60 * 60 * 1000;

/** Every transfer and group: in memory for the answers, each on the disk before it is answered. */
export class Transfers {
  readonly #folder: string;
  readonly #transfers = new Map<string, Transfer>();
  readonly #shares = new Map<string, Transfer | Group>();

  /** Reads what an earlier server left in `folder`, which is made when it is missing. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) this.#load(entry.name);
    }
    for (const group of (readJson(this.#groupsFile()) as readonly Group[] | undefined) ?? [])
      this.#shares.set(group.shareKey, group);
  }

  byTransferKey(key: string): Transfer | undefined {
    return this.#transfers.get(key);
  }

  byShareKey(key: string): Transfer | Group | undefined {
    return this.#shares.get(key);
  }

  all(): readonly Transfer[] {
    return [...this.#transfers.values()];
  }

  /** Where the bytes of a transfer lie. */
  dataFile(transferKey: string): string {
    return join(this.#folder, transferKey, 'data');
  }

  /** The key to use where `wanted` is asked for: itself if it is free. protocol: 30 characters at most. */
  shareKeyFor(wanted: string): string {
    const key = normaliseKey(wanted).slice(0, 30);
    return key && !this.#shares.has(key) ? key : this.#freeShareKey();
  }

  #freeShareKey(length = 8): string {
    const key = makeKey(length);
    return this.#shares.has(key) ? this.#freeShareKey(length + 4) : key;
  }

  freeTransferKey(): string {
    const key = makeKey(12);
    return this.#transfers.has(key) ? this.freeTransferKey() : key;
  }

  create(transfer: Transfer): void {
    mkdirSync(join(this.#folder, transfer.transferKey));
    writeFileSync(this.dataFile(transfer.transferKey), '');
    this.save(transfer);
  }

  save(transfer: Transfer): void {
    writeJson(join(this.#folder, transfer.transferKey, 'transfer.json'), transfer);
    this.#transfers.set(transfer.transferKey, transfer);
    this.#shares.set(transfer.shareKey, transfer);
  }

  remove(transfer: Transfer): void {
    rmSync(join(this.#folder, transfer.transferKey), { recursive: true, force: true });
    this.#transfers.delete(transfer.transferKey);
    this.#shares.delete(transfer.shareKey);
  }

  saveGroup(group: Group): void {
    this.#shares.set(group.shareKey, group);
    this.#writeGroups();
  }

  /**
   * What the server does each minute at `now` (ms): groups lose the members that are gone, then transfers go that are
   * out of date. protocol: an unfinished one lives five hours from its creation, even while chunks arrive.
   */
  sweep(now: number): void {
    for (const group of this.#groups()) {
      const members = group.members.filter((key) => isUploaded(this.#shares.get(key)));
      if (members.length) this.#shares.set(group.shareKey, { ...group, members });
      else this.#shares.delete(group.shareKey);
    }
    this.#writeGroups();
    for (const transfer of this.all()) {
      const end = transfer.finished ? transfer.finished.expireDate : transfer.created + FIVE_HOURS;
      if (now > end) this.remove(transfer);
    }
  }

  #groups(): readonly Group[] {
    return [...this.#shares.values()].filter((share) => 'members' in share);
  }

  #load(name: string): void {
    const transfer = readJson(join(this.#folder, name, 'transfer.json')) as Transfer | undefined;
    if (!transfer) return;
    this.#transfers.set(transfer.transferKey, transfer);
    this.#shares.set(transfer.shareKey, transfer);
  }

  #groupsFile(): string {
    return join(this.#folder, 'groups.json');
  }

  #writeGroups(): void {
    writeJson(this.#groupsFile(), this.#groups());
  }
}

/** Whether a share can be read: a group always, a transfer when it is complete. */
export const isUploaded = (share: Transfer | Group | undefined): boolean =>
  share !== undefined && ('members' in share || share.finished !== null);

/** The number of chunks of a transfer. */
export const chunkCount = ({ fileSize, chunkEvery }: Transfer): number => Math.ceil(fileSize / chunkEvery);

/** The announced bytes of a chunk. */
export function chunkSize(transfer: Transfer, chunk: number): number {
  const last = chunkCount(transfer) - 1;
  return chunk === last ? transfer.fileSize - transfer.chunkEvery * last : transfer.chunkEvery;
}

/** A file is there whole or not at all: a server that is killed leaves the earlier one. */
function writeJson(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
