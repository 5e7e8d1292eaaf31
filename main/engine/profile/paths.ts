/** Where the profile and its socket lie on each system. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { problem } from '../../../preload/problems.ts';
import { asSaid, type Reason } from '../../../preload/problems/reasons.ts';
import { codeOf } from '../error-code.ts';
import { StoreRefusedError } from '../store/errors.ts';

/** The app's name as Electron writes it into its folders. */
const appName = 'Stevedore';

/** What the paths depend on: this machine's, unless a test says otherwise. */
export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly tmp: string;
  /** User id; `undefined` on Windows. */
  readonly uid: number | undefined;
};

export const thisMachine = (): Machine => ({
  platform: process.platform,
  env: process.env,
  home: os.homedir(),
  tmp: os.tmpdir(),
  uid: process.getuid?.(),
});

/** The profile where none is named: the folder that Electron calls userData. */
export const defaultProfile = (machine: Machine = thisMachine()): string => {
  const { platform, env, home } = machine;
  if (platform === 'win32')
    return path.win32.join(env['APPDATA'] ?? path.win32.join(home, 'AppData', 'Roaming'), appName);
  if (platform === 'darwin') return path.posix.join(home, 'Library', 'Application Support', appName);
  const config = env['XDG_CONFIG_HOME'];
  // An empty or relative value is to be ignored (XDG Base Directory Specification).
  return path.posix.join(config?.startsWith('/') === true ? config : path.posix.join(home, '.config'), appName);
};

/** Longest path of a local socket: 108 bytes on Linux, 104 on macOS, with room for the ending zero. */
const longestSocket = 100;

const refused = (folder: string, reason: Reason): StoreRefusedError =>
  new StoreRefusedError(problem('profile-unwritable', { path: folder, reason }));

/** Makes sure that a folder is ours alone: in a place like /tmp another user may have made it before us. */
const ownFolder = (folder: string, uid: number | undefined): string => {
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EEXIST') throw refused(folder, asSaid(code));
  }
  const found = fs.lstatSync(folder);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return folder;
  throw refused(folder, 'folder-of-others');
};

/**
 * The path of the owner's socket for a profile: short, the same for every way of writing the profile's path, in a
 * folder that only this user can enter. Throws `StoreRefusedError` (profile-unwritable) where there is no such folder.
 *
 * @param folder the profile; must exist
 */
export const socketPath = (folder: string, machine: Machine = thisMachine()): string => {
  const hash = createHash('sha256').update(fs.realpathSync.native(folder)).digest('hex').slice(0, 16);
  if (machine.platform === 'win32') return `\\\\.\\pipe\\stevedore-${hash}`;
  const runtime = machine.env['XDG_RUNTIME_DIR'];
  if (machine.platform !== 'darwin' && runtime?.startsWith('/') === true && fs.existsSync(runtime)) {
    const socket = path.join(runtime, `stevedore-${hash}.sock`);
    if (Buffer.byteLength(socket) <= longestSocket) return socket;
  }
  const own = (parent: string): string => path.join(parent, `stevedore-${machine.uid ?? 'user'}`);
  const inside = (parent: string): string => path.join(own(parent), `${hash}.sock`);
  const parent = Buffer.byteLength(inside(machine.tmp)) <= longestSocket ? machine.tmp : '/tmp';
  ownFolder(own(parent), machine.uid);
  return inside(parent);
};
