/** What the demo plays on, whichever way it goes: a profile of its own, a practice server, a sample file. */
import type { ChildProcess } from 'node:child_process';
import { rmSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { socketPath } from '../../main/engine/profile/paths.ts';
import { Children, linesOf, must } from '../dev/children.ts';
import { randomBytes, seeded } from '../faults/random.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'out/main/cli.js');
/** Bytes of the sample file, and of the practice server's chunks. */
export const size = 24_000_000;
export const chunk = 2_000_000;

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** What the command line prints with `--json`, as far as the demo reads it. */
export type Line = {
  readonly event?: string;
  readonly url?: string;
  readonly acknowledged?: number;
  readonly [key: string]: unknown;
};

export class Stage {
  readonly folder: string;
  readonly profile: string;
  readonly file: string;
  readonly content: Buffer;
  readonly children = new Children();
  readonly #socket: string;

  private constructor(folder: string, content: Buffer) {
    this.folder = folder;
    this.profile = join(folder, 'profile');
    this.file = join(folder, 'sample voyage.bin');
    this.content = content;
    this.#socket = socketPath(this.profile);
  }

  static async set(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-demo-'));
    await mkdir(join(folder, 'profile'), { mode: 0o700 });
    const stage = new Stage(folder, randomBytes(seeded(7), size));
    await writeFile(stage.file, stage.content);
    return stage;
  }

  /** Starts the command line as it was built. */
  start(...args: readonly string[]): ChildProcess {
    return this.children.start(process.execPath, [cli, '--profile', this.profile, ...args]);
  }

  /** Runs the command line to its end. Rejects where it fails. */
  async run(...args: readonly string[]): Promise<void> {
    await must(this.start(...args), `stevedore ${args.slice(0, 2).join(' ')}`);
  }

  /** Starts the practice server and saves it. Returns its address. */
  async practice(): Promise<string> {
    const folder = join(this.folder, 'server');
    const practice = this.start('practice', '--folder', folder, '--chunk-size', String(chunk), '--json');
    const ready = await linesOf<Line>(practice).next();
    const url = ready.done === true ? undefined : ready.value.url;
    if (url === undefined) throw new Error('the practice server did not start');
    await this.run('server', 'add', `${url}/web/`, '--name', 'Practice', '--json');
    return url;
  }

  /** Ends what was started and removes what was made; nothing of it stays. */
  async clear(): Promise<void> {
    await this.children.end();
    rmSync(this.#socket, { force: true });
    const own = dirname(this.#socket);
    // The folder for sockets, where the system has none; another Stevedore may be using it.
    if (basename(own).startsWith('stevedore-'))
      try {
        rmdirSync(own);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && ['ENOTEMPTY', 'ENOENT'].includes(String(error.code))))
          throw error;
      }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
