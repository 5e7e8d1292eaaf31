/** How long somebody waits at the terminal until an upload is on its way: from the command to its first request. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answer } from '../../main/practice/answer.ts';
import { listen } from '../../main/practice/practice-server.ts';
import { openPractice } from '../../main/practice/practice.ts';
import { type Bench, freshProfile, makeProfile } from './bench.ts';
import { valueRow } from './row.ts';

export const cliFirstRequest: Bench = async ({ folder, built, quick }) => {
  // As it is installed: `bin` beside `out/main`.
  const program = join(folder, 'package/bin/stevedore.cjs');
  await mkdir(join(folder, 'package/out'), { recursive: true });
  await cp(new URL('../../bin', import.meta.url), join(folder, 'package/bin'), { recursive: true });
  await symlink(built, join(folder, 'package/out/main'));
  const file = join(folder, 'file');
  await writeFile(file, 'a short letter');
  const practice = openPractice({ folder: join(folder, 'server') });
  let arrived: ((at: number) => void) | undefined;
  const server = await listen(practice, { port: 0, host: '127.0.0.1' }, (request, response) => {
    arrived?.(performance.now());
    return answer(practice, request, response);
  });
  try {
    const saved = await makeProfile(join(folder, 'saved'), server.url);
    const upload = async (): Promise<number> => {
      const profile = await freshProfile(saved, join(folder, 'profile'));
      const first = new Promise<number>((resolve) => (arrived = resolve));
      const began = performance.now();
      const child = spawn(process.execPath, [program, '--profile', profile, 'upload', file], {
        stdio: ['ignore', 'ignore', 'pipe'],
        // The compile cache that a person has from the second start on, and nobody else's.
        env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
      });
      let words = '';
      child.stderr.on('data', (data: Buffer) => (words += data.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) throw new Error(`the upload ended with ${code}: ${words}`);
      return (await first) - began;
    };
    // The first start reads the program from the disk and fills its compile cache.
    if (!quick) await upload();
    const times: number[] = [];
    for (let turn = 0; turn < (quick ? 1 : 5); turn++) times.push(await upload());
    return [valueRow('cli-first-request', 'ms', times)];
  } finally {
    await server.close();
  }
};
