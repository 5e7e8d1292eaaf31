import * as fs from 'node:fs';
import * as path from 'node:path';
import Conf from 'conf';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { whyInvalid } from '../../../preload/problems/invalid-input.ts';
import { codeOf } from '../error-code.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { DiskFullError, isDiskFull, StoreRefusedError } from '../store/errors.ts';
import {
  preferences,
  savedServer,
  settingsFile,
  type Preferences,
  type SavedServer,
  type SettingsFile,
} from './settings-schema.ts';

export type { Preferences, SavedServer };

/** The part of conf, and so of electron-store, that is used. Writes are atomic there, and keep what they do not name. */
export type KeyValueFile = {
  readonly path: string;
  readonly store: Readonly<Record<string, unknown>>;
  set(values: Record<string, unknown>): void;
};

/**
 * Saved servers and settings. Only the process that holds the profile may write. Where the file cannot be written,
 * nothing has changed, and writing throws `DiskFullError` or `StoreRefusedError` (profile-unwritable).
 */
export interface Settings {
  servers(): readonly SavedServer[];
  get(): Preferences;
  /** Adds a server, or replaces the one with its id. Throws `StoreRefusedError` with server-name-taken. */
  saveServer(server: SavedServer): void;
  /** Also forgets it as the default. An unknown id changes nothing. */
  removeServer(id: string): void;
  /** Keys that are absent stay as they are. */
  set(patch: Partial<Preferences>): void;
  /** Called after every change made here. Returns the way to stop it. */
  onChange(listener: () => void): () => void;
}

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that this version does not know, to be written back with those it does. */
const unknownFields = (raw: unknown, known: Readonly<Record<string, unknown>>): Raw =>
  isRaw(raw) ? Object.fromEntries(Object.entries(raw).filter(([key]) => !(key in known))) : {};

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Reads and writes settings through an opened file: conf here, electron-store in the app. Fails with settings-broken. */
export const settingsOver = (file: KeyValueFile): Outcome<Settings> => {
  const read = (): Outcome<SettingsFile> => {
    const parsed = settingsFile.safeParse(file.store);
    if (parsed.success) return ok(parsed.data);
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    return fail('attention', problem('settings-broken', { path: file.path, where, why: whyInvalid(issue) }));
  };
  const opened = read();
  if (!opened.ok) return opened;
  let present = opened.value;
  let last = file.store;
  /** A file that was removed while this runs is written again with all that it had. */
  const isGone = (): boolean => Object.keys(file.store).length === 0;
  const listeners = new Set<() => void>();

  const write = (values: Readonly<Record<string, unknown>>): void => {
    try {
      file.set(isGone() ? { ...last, ...values } : values);
    } catch (error) {
      if (isDiskFull(error)) throw new DiskFullError(file.path);
      throw new StoreRefusedError(problem('profile-unwritable', { path: file.path, reason: asSaid(codeOf(error)) }));
    }
    const now = read();
    if (!now.ok) throw new StoreRefusedError(now.failure.problem);
    present = now.value;
    last = file.store;
    listeners.forEach((listener) => listener());
  };
  const rawServers = (): readonly unknown[] => {
    const raw = (isGone() ? last : file.store)['servers'];
    return Array.isArray(raw) ? (raw as readonly unknown[]) : [];
  };
  const idOf = (raw: unknown): unknown => (isRaw(raw) ? raw['id'] : undefined);

  return ok({
    servers: () => present.servers,
    get: () => preferences.parse(present),
    saveServer: (given) => {
      const server = savedServer.parse(given);
      if (present.servers.some((other) => other.id !== server.id && sameName(other.name, server.name)))
        throw new StoreRefusedError(problem('server-name-taken', { name: server.name }));
      const merge = (raw: unknown): Raw => ({ ...unknownFields(raw, savedServer.shape), ...server });
      const raw = rawServers();
      const known = raw.some((other) => idOf(other) === server.id);
      const servers = known
        ? raw.map((other) => (idOf(other) === server.id ? merge(other) : other))
        : [...raw, merge(undefined)];
      write({ servers });
    },
    removeServer: (id) => {
      const servers = rawServers().filter((raw) => idOf(raw) !== id);
      write(present.defaultServerId === id ? { servers, defaultServerId: null } : { servers });
    },
    set: (patch) => {
      const wanted = preferences.parse({ ...present, ...patch });
      const changed = Object.entries(wanted).filter(([key]) => key in patch);
      if (changed.length > 0) write(Object.fromEntries(changed));
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
};

/** Opens `config.json` of a profile folder with conf. Throws SyntaxError where it is not JSON. */
const openConf = (folder: string): KeyValueFile =>
  new Conf<Record<string, unknown>>({
    cwd: folder,
    configName: 'config',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    projectName: 'Stevedore',
  });

/**
 * Opens `config.json` of a profile folder, which is the file that electron-store opens in the app. Nothing is written
 * before the first change. Fails with settings-broken (the file stays as it is) and profile-unwritable.
 *
 * @param open a host's own way to that file
 */
export const openSettings = (folder: string, open: (folder: string) => KeyValueFile = openConf): Outcome<Settings> => {
  const file = path.join(folder, 'config.json');
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return settingsOver(open(folder));
  } catch (error) {
    if (error instanceof SyntaxError)
      return fail('attention', problem('settings-broken', { path: file, why: 'not-json' }));
    return fail('attention', problem('profile-unwritable', { path: file, reason: asSaid(codeOf(error)) }));
  }
};
