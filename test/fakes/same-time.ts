import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Writes over a part of a file and puts its modification time back to the nanosecond, as some programs do. */
export const overwrite = async (path: string, content: Uint8Array, at = 0): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'same-time-'));
  const kept = join(folder, 'time');
  await run('touch', ['-r', path, kept]);
  const file = await open(path, 'r+');
  await file.write(content, 0, content.length, at);
  await file.close();
  await run('touch', ['-r', kept, path]);
  await rm(folder, { recursive: true });
};
