/** Opens a sign-in link in the system's browser, without showing its secret to other users of the machine. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** ms in which a browser that starts has read the file. */
const readWithin = 60_000;

const opener = (file: string, platform: string): readonly [string, readonly string[]] => {
  if (platform === 'darwin') return ['open', [file]];
  if (platform === 'win32') return ['explorer.exe', [file]];
  return ['xdg-open', [file]];
};

/**
 * Everybody can read the arguments of a process: the browser is given a file instead, which only this user can read,
 * and which leads to the link. It stands in the home directory, because packaged browsers read no hidden folders and
 * have a temporary folder of their own. Where nothing opens it, the link that was printed is there.
 */
export const openLink = (link: string, folder: string, platform: string = process.platform): { close: () => void } => {
  const file = join(folder, `stevedore-window-${randomBytes(4).toString('hex')}.html`);
  const close = (): void => {
    clearTimeout(timer);
    rmSync(file, { force: true });
  };
  const timer = setTimeout(close, readWithin);
  timer.unref();
  try {
    const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${link}">`;
    writeFileSync(file, page, { mode: 0o600, flag: 'wx' });
    const [command, words] = opener(file, platform);
    const child = spawn(command, words, { stdio: 'ignore', detached: true });
    child.on('error', close);
    child.unref();
  } catch {
    close();
  }
  return { close };
};
