/** The terminal's entry: runs as soon as it is loaded, and ends the process with the command's status. */
import type { Connection, ConnectOptions } from '../api/connect.ts';
import { installLastNet } from '../last-net.ts';
import { exits } from './exits.ts';
import { main } from './main.ts';

/**
 * A request to end often comes twice at once: `timeout` sends it to the process and to its group, and a library that
 * cleans up at signals sends it again. Only a second one after so many ms is a person who presses again.
 */
const echoMs = 300;

const onInterrupt = (listener: () => void): (() => void) => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let heardAt = -Infinity;
  const hear = (): void => {
    const now = performance.now();
    if (now - heardAt < echoMs) return;
    heardAt = now;
    listener();
  };
  for (const signal of signals) process.on(signal, hear);
  return () => {
    for (const signal of signals) process.off(signal, hear);
  };
};

/** The engine is loaded when a command needs it: help and mistakes are answered without. */
const connect = async (options: ConnectOptions): Promise<Connection> =>
  (await import('../api/connect.ts')).connect(options);

// A reader that went away (`| head`) and a terminal that was closed are no errors of ours: the work goes on unseen.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });

const { stdin, stdout, stderr, env } = process;
installLastNet({
  // The session, where there is one, has reported it.
  end: () => process.exit(exits.failed),
  write: (text) => void stderr.write(text),
});
const status = await main(process.argv.slice(2), {
  io: { stdin, stdout, stderr, env, cwd: process.cwd() },
  connect,
  onInterrupt,
}).catch(() => exits.failed);
// Pipes are written later on some systems: leaving earlier would lose the last lines.
for (const stream of [stdout, stderr]) await new Promise<void>((resolve) => stream.write('', () => resolve()));
process.exit(status);
