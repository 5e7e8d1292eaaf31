/** Starting with the session of the user: what is written where the system has no call of its own for it (Linux). */
import { homedir } from 'node:os';
import * as path from 'node:path';

/** The word of a command line that starts the app in the tray. */
export const hiddenWord = '--hidden';

/** Whether a command line starts the app without showing its window; after `--` come paths. */
export const startsHidden = (words: readonly string[]): boolean => {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).includes(hiddenWord);
};

/**
 * How the app is started again.
 *
 * @param executable of Electron or of the packed app; an AppImage names itself in the environment, because what it holds is
 *   mounted somewhere else at each start
 * @param entry the app's folder, where it is not packed
 * @param profile where it is not the usual one
 */
export const startCommand = (
  { executable, entry, profile }: { readonly executable: string; readonly entry?: string; readonly profile?: string },
  env: NodeJS.ProcessEnv = process.env,
): readonly string[] => [
  env['APPIMAGE'] ?? executable,
  ...(entry === undefined ? [] : [entry]),
  ...(profile === undefined ? [] : ['--profile', profile]),
  hiddenWord,
];

/** Desktop Entry Specification, "The Exec key": each word in quotes, then what stands for a field code is doubled. */
const quoted = (word: string): string => `"${word.replaceAll(/["`$\\]/g, String.raw`\$&`)}"`.replaceAll('%', '%%');

/** The value of a key is a string in which a backslash is an escape. */
const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** The file that makes a Linux desktop start a command with each session (Desktop Application Autostart Specification). */
export const autostartEntry = (command: readonly string[]): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Stevedore',
    `Exec=${escaped(command.map(quoted).join(' '))}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');

/** Where that file belongs. */
export const autostartFile = (env: NodeJS.ProcessEnv = process.env, home = homedir()): string => {
  const given = env['XDG_CONFIG_HOME'];
  const config = given !== undefined && path.isAbsolute(given) ? given : path.join(home, '.config');
  return path.join(config, 'autostart', 'stevedore.desktop');
};
