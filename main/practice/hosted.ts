/**
 * The practice server as a host of the window runs it: started when a person asks for one, at an address that stays
 * the same, and started again with the host for as long as it is among the saved servers.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Client } from '../../preload/contract.ts';
import { codeOf } from '../engine/error-code.ts';
import { privateFile, replaceFile } from '../engine/store/files.ts';
import { startPracticeServer, type PracticeServer } from './practice-server.ts';

const note = z.object({ port: z.int().min(1).max(65_535) });

/** ms in which a practice server of this machine says that it is one. */
const patience = 2_000;

export type HostedPractice = {
  /** Starts it where it does not run, and saves it where it is not saved. Rejects with `ContractError`. */
  readonly use: () => Promise<{ readonly serverId: string }>;
  /** Stops it. What it stores stays. */
  readonly close: () => Promise<void>;
};

/** Another host of this profile may run it already. */
const answersAt = async (port: number): Promise<boolean> => {
  try {
    const { headers, body } = await fetch(`http://127.0.0.1:${port}/instance`, {
      signal: AbortSignal.timeout(patience),
    });
    await body?.cancel();
    return headers.get('server') === 'Stevedore-Practice';
  } catch {
    return false;
  }
};

const isTaken = (error: unknown): boolean => ['EADDRINUSE', 'EACCES'].includes(codeOf(error));

/**
 * Starts the practice server again where one of the saved servers is it; else it waits to be asked for. Never rejects
 * because it could not be started: uploads to it wait then, as to any server that does not answer.
 *
 * @param profile keeps what it stores, and its port
 */
export const resumePractice = async (profile: string, client: Client): Promise<HostedPractice> => {
  const folder = join(profile, 'practice');
  const noted = join(folder, 'host.json');
  let running: PracticeServer | undefined;
  let using: Promise<{ readonly serverId: string }> | undefined;

  const portBefore = (): number | undefined => {
    try {
      return note.parse(JSON.parse(readFileSync(noted, 'utf8'))).port;
    } catch {
      return undefined;
    }
  };

  const remember = (port: number): void => {
    const fresh = `${noted}.new`;
    privateFile(fresh);
    writeFileSync(fresh, JSON.stringify({ port } satisfies z.infer<typeof note>));
    replaceFile(fresh, noted);
  };

  /** Its port, once it answers there: the one it had, or a free one where another program has that by now. */
  const start = async (): Promise<number> => {
    if (running !== undefined) return running.port;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const before = portBefore();
    if (before !== undefined)
      try {
        running = await startPracticeServer({ folder, port: before });
        return before;
      } catch (error) {
        if (!isTaken(error)) throw error;
        if (await answersAt(before)) return before;
      }
    running = await startPracticeServer({ folder, port: 0 });
    remember(running.port);
    return running.port;
  };

  const savedAt = async (port: number): Promise<string | undefined> => {
    const servers = await client.call('servers.list', {});
    return servers.find(({ address }) => URL.parse(address)?.host === `127.0.0.1:${port}`)?.id;
  };

  const save = async (port: number): Promise<string> => {
    const names = new Set((await client.call('servers.list', {})).map(({ name }) => name.toLowerCase()));
    let name = 'Practice server';
    for (let n = 2; names.has(name.toLowerCase()); n++) name = `Practice server ${n}`;
    const { server } = await client.call('servers.add', { address: `http://127.0.0.1:${port}/web/`, name });
    return server.id;
  };

  const use = async (): Promise<{ readonly serverId: string }> => {
    const port = await start();
    return { serverId: (await savedAt(port)) ?? (await save(port)) };
  };

  const before = portBefore();
  if (before !== undefined)
    try {
      if ((await savedAt(before)) !== undefined) running = await startPracticeServer({ folder, port: before });
    } catch {
      // Its port or its folder cannot be had, or the queue not be asked: the window has to open all the same.
    }

  return {
    // Twice at once is once: a button may be pressed twice.
    use: () =>
      (using ??= use().finally(() => {
        using = undefined;
      })),
    close: async () => {
      // One that is just being started would be left behind.
      await using?.catch(() => undefined);
      await running?.close();
      running = undefined;
    },
  };
};
