/** The command line as it ships, on a profile of its own: what a campaign starts, kills and asks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from '../../main/api/connect.ts';
import type { Client, TransferView } from '../../preload/contract.ts';

const cli = new URL('../../out/main/cli.js', import.meta.url).pathname;

/** A transfer as a campaign looks at it. */
export type Seen = TransferView & {
  /** Codes of what was noted of it: only of those that had to start anew. */
  readonly log: readonly string[];
};

export class Program {
  readonly profile: string;
  /** What should not have happened, in words. */
  readonly wrong: string[];

  constructor(profile: string, wrong: string[]) {
    this.profile = profile;
    this.wrong = wrong;
  }

  start(...words: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [cli, '--profile', this.profile, '--json', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.resume();
    return child;
  }

  /** Runs a command to its end; one that fails is wrong. */
  async run(...words: readonly string[]): Promise<void> {
    const child = this.start(...words);
    let said = '';
    child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0 && code !== null) this.wrong.push(`${words.join(' ')}: exit ${code}: ${said.slice(0, 500)}`);
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
