import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { onTestFinished } from 'vitest';

/** A file system of 2 MB: Linux, and only root may mount one. */
export const smallDisk = (): string | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = fs.mkdtempSync('/tmp/stevedore-small-');
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
};
