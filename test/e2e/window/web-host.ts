/** `stevedore web` as it was built, in a process group of its own, so that all of it can be killed at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { keptPort } from '../../peers/held-port.ts';

const cli = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url));

export type WebHost = {
  /** A sign-in link, good once. */
  readonly link: string;
  readonly port: number;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** As Ctrl-C does. */
  readonly end: () => Promise<void>;
};

export type Place = { readonly profile: string; readonly root: string; readonly env: NodeJS.ProcessEnv };

/** Starts it. Rejects with what it said where it gives no link. `port`: 0 takes any, which it can come back to. */
export const startWebHost = async ({ profile, root, env }: Place, port = 0): Promise<WebHost> => {
  const own = port === 0 ? await keptPort() : port;
  const words = ['web', '--json', '--port', String(own), '--profile', profile, '--root', root];
  const child = spawn(process.execPath, [cli, ...words], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  // All that it said is there.
  const closed = once(child, 'close');
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const link = await Promise.race([
    (async () => {
      for await (const line of createInterface(child.stdout)) {
        const { url } = JSON.parse(line) as { readonly url?: string };
        if (url !== undefined) return url;
      }
      await closed;
      throw new Error(`stevedore web gave no link: ${said}`);
    })(),
    closed.then(() => Promise.reject(new Error(`stevedore web ended: ${said}`))),
  ]);
  child.stdout.resume();
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, name);
    await exited;
  };
  // A port that is taken gives way to the next one, where a page that is open already would never find it.
  if (Number(new URL(link).port) !== own) {
    await signal('SIGKILL');
    throw new Error(`stevedore web was to have port ${own}: ${link}`);
  }
  return {
    link,
    port: own,
    kill: () => signal('SIGKILL'),
    end: () => signal('SIGINT'),
  };
};
