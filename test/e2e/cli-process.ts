import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { socketPath } from '../../main/engine/profile/paths.ts';
import { isBuilt } from '../dev/built.ts';
import { type Ended, runHere } from './cli-here.ts';

export type { Ended };

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What ships, where it was built of these sources; else the sources themselves, which take twice as long to start. */
const entry = join(root, isBuilt(root) ? 'out/main/cli.js' : 'main/cli/index.ts');
/** Starting it some hundred times is mostly compiling it. */
const compiled = join(root, 'node_modules/.cache/cli-process');
/** `npm run test:all` gives every command a process of its own. */
const isApart = process.env['TEST_CLI'] === 'apart';

export type Line = Readonly<Record<string, unknown>>;

export type Running = {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly so: { readonly out: string; readonly err: string };
  /** Resolves with the first object of standard output that fits; rejects where it ends without. */
  readonly line: (fits: (line: Line) => boolean) => Promise<Line>;
  readonly ended: Promise<Ended>;
};

export const lines = (text: string): readonly Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

/**
 * Command lines in a profile of their own, as a person or a script gives them. What is started is a process; a command
 * that only has to end runs in this one.
 */
export class Terminal {
  readonly folder: string;
  readonly profile: string;
  readonly program: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();

  private constructor(folder: string, profile: string, program: readonly string[]) {
    this.folder = folder;
    this.profile = profile;
    this.program = program;
    this.#env = { ...process.env, TERM: 'xterm', NODE_COMPILE_CACHE: compiled };
  }

  /** `program`: command and first arguments; what ships, or the sources, by default. */
  static async open(program: readonly string[] = [process.execPath, entry]): Promise<Terminal> {
    const folder = await mkdtemp(join(tmpdir(), 'cli-'));
    return new Terminal(folder, join(folder, 'profile'), program);
  }

  /** The same folder with another profile. */
  in(profile: string): Terminal {
    return new Terminal(this.folder, profile, this.program);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  start(words: readonly string[], stdin = '', env: NodeJS.ProcessEnv = {}): Running {
    const [command = '', ...first] = this.program;
    const child = spawn(command, [...first, '--profile', this.profile, ...words], {
      cwd: this.folder,
      env: { ...this.#env, ...env },
    });
    this.#running.add(child);
    child.stdin.on('error', () => undefined).end(stdin);
    const so = { out: '', err: '' };
    const looks = new Set<() => void>();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      so.out += text;
      for (const look of looks) look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (so.err += text));
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        this.#running.delete(child);
        resolve({ code, ...so });
      });
    });
    const line = (fits: (line: Line) => boolean): Promise<Line> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines(so.out.slice(0, so.out.lastIndexOf('\n') + 1)).find(fits);
          if (found !== undefined) resolve(found);
        };
        looks.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without that line: ${so.out}${so.err}`)));
      });
    return { child, so, line, ended };
  }

  run(...words: readonly string[]): Promise<Ended> {
    return this.runWith('', ...words);
  }

  /** `stdin`: all of standard input. */
  runWith(stdin: string, ...words: readonly string[]): Promise<Ended> {
    if (isApart || this.program[1] !== entry) return this.start(words, stdin).ended;
    return runHere(['--profile', this.profile, ...words], this.folder, stdin);
  }

  async objects(...words: readonly string[]): Promise<readonly Line[]> {
    return lines((await this.run('--json', ...words)).out);
  }

  async close(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    // One that was killed leaves its socket.
    if (existsSync(this.profile)) await rm(socketPath(this.profile), { force: true });
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
