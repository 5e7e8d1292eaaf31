/** The command line as it ships, on a profile of its own: what a campaign starts, kills and asks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect } from '../../main/api/connect.ts';
import { isBuilt } from '../dev/built.ts';
import type { Client, TransferView } from '../../preload/contract.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shipped = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url));
/** Of what a command says on standard error: letters that are kept. */
const saidMost = 2_000;

/** A command that runs, and what it has said on standard error so far. */
export type Started = { readonly child: ChildProcess; readonly said: () => string };

/** A transfer as a campaign looks at it. */
export type Seen = TransferView & {
  /** Codes of what was noted of it: only of those that had to start anew. */
  readonly log: readonly string[];
};

export class Program {
  readonly profile: string;
  /** What should not have happened, in words. */
  readonly wrong: string[];
  readonly #cli: string;

  /** `cli`: what was built, by default. */
  constructor(profile: string, wrong: string[], cli = shipped) {
    this.profile = profile;
    this.wrong = wrong;
    this.#cli = cli;
  }

  start(...words: readonly string[]): Started {
    const child = spawn(process.execPath, [this.#cli, '--profile', this.profile, '--json', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    // With `--json` a command that fails says why on standard output.
    child.stdout.on('data', (data: Buffer) => {
      const line = /^\{"event":"error".*$/m.exec(data.toString())?.[0];
      if (line !== undefined) said = `${said}${line}\n`.slice(-saidMost);
    });
    child.stderr.on('data', (data: Buffer) => (said = `${said}${data.toString()}`.slice(-saidMost)));
    return { child, said: () => said };
  }

  /** Runs a command to its end; one that fails is wrong. */
  async run(...words: readonly string[]): Promise<void> {
    const { child, said } = this.start(...words);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0 && code !== null) this.wrong.push(`${words.join(' ')}: exit ${code}: ${said()}`);
  }

  /** What to do where nothing goes as it should from the start; '' where the build is that of the sources. */
  advice(): string {
    if (existsSync(this.#cli) && isBuilt(root)) return '';
    return `\nWhat is built is missing, or is not that of the sources. Run: vite build`;
  }

  /** Asks the profile itself, while no command runs. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const { client, stop } = await connect({ profile: this.profile, serve: false });
    try {
      return await question(client);
    } finally {
      await stop('now');
    }
  }

  /** The whole list. */
  look(): Promise<readonly Seen[]> {
    return this.ask(async (client) => {
      const rows: Seen[] = [];
      let after: string | undefined;
      do {
        const page = await client.call('transfers.list', { limit: 1000, ...(after === undefined ? {} : { after }) });
        for (const row of page.rows) {
          const { log } = row.restarts === 0 ? { log: [] } : await client.call('transfers.get', { id: row.id });
          rows.push({ ...row, log: log.map((entry) => entry.problem.code) });
        }
        after = page.next;
      } while (after !== undefined);
      return rows;
    });
  }
}
