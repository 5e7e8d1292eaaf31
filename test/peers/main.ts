import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { FRONTS, isFront } from './front.ts';
import { modes } from './hostile/modes.ts';
import { KINDS } from './kinds.ts';
import { type PeerOptions, startPeer } from './peer.ts';

const usage = `One stand-in server alone:
  npm run peer -- KIND [--as SERVER] [--config JSON] [--port N] [--front FRONT] [--mode MODE]

  KIND   ${Object.keys(KINDS).join(', ')}
  FRONT  ${FRONTS.join(', ')}

It prints {"url","vars"} when it is ready. On standard input it takes restart, kill, clock +MS, and what else recordings
have done to a server (stop-server, stop-s3, kill-slave, break-callback, …); it answers {"ready":true}.
`;

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const giveUp = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      as: { type: 'string' },
      config: { type: 'string', default: '{}' },
      port: { type: 'string', default: '0' },
      front: { type: 'string', default: 'none' },
      mode: { type: 'string' },
    },
  });

/** What `read` gives; what it throws is the user's mistake, and is said without a stack. */
const orGiveUp = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    return giveUp(error instanceof Error ? error.message : String(error));
  }
};

function readOptions(): { readonly kind: string; readonly options: PeerOptions } {
  const { values, positionals } = orGiveUp(readArguments);
  if (values.help === true) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const kind = positionals[0] ?? '';
  if (!KINDS[kind]) giveUp(`There is no stand-in for "${kind}". There is: ${Object.keys(KINDS).join(', ')}.`);
  if (!isFront(values.front)) return giveUp(`--front is one of ${FRONTS.join(', ')}.`);
  const config = orGiveUp(() => JSON.parse(values.config) as unknown) as Readonly<Record<string, unknown>>;
  const options = { config, port: Number(values.port), front: values.front } as const;
  if (values.mode !== undefined && !modes.has(values.mode))
    return giveUp(`There is no mode "${values.mode}". There is: ${[...modes.keys()].join(', ')}.`);
  const mode = values.mode === undefined ? {} : { mode: values.mode };
  return { kind, options: { ...options, ...mode, ...(values.as !== undefined && { as: values.as }) } };
}

const { kind, options } = readOptions();
const peer = await startPeer(kind, { ...options, apart: true });
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => void peer.stop().then(() => process.exit()));
}
say({ url: peer.url, vars: peer.vars });

for await (const line of createInterface({ input: process.stdin })) {
  const [word, argument] = line.trim().split(/\s+/);
  if (word === 'restart') await peer.restart();
  else if (word === 'kill') await peer.kill();
  else if (word === 'clock') await peer.clock(Number(argument));
  else if (peer.words[word ?? '']) await peer.words[word ?? '']?.();
  else continue;
  say({ ready: true });
}
