import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { FRONTS, isFront } from './front.ts';
import { modes } from './hostile/modes.ts';
import { KINDS } from './kinds.ts';
import { type PeerOptions, startPeer } from './peer.ts';

// One stand-in server alone: `npm run peer -- KIND [--as SERVER] [--config JSON] [--port N] [--front none|nginx|nginx-ignore-abort]
// [--mode M]`.
// Prints {"url","vars"} when it is ready; answers `restart`, `kill`, `clock +MS` and what else recordings have done to a
// server (`stop-server`, `stop-s3`, `kill-slave`, `break-callback`, …) with {"ready":true}.

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const giveUp = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

function readOptions(): { readonly kind: string; readonly options: PeerOptions } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      as: { type: 'string' },
      config: { type: 'string', default: '{}' },
      port: { type: 'string', default: '0' },
      front: { type: 'string', default: 'none' },
      mode: { type: 'string' },
    },
  });
  const kind = positionals[0] ?? '';
  if (!KINDS[kind]) giveUp(`There is no stand-in for "${kind}". There is: ${Object.keys(KINDS).join(', ')}.`);
  if (!isFront(values.front)) return giveUp(`--front is one of ${FRONTS.join(', ')}.`);
  const config = JSON.parse(values.config) as Readonly<Record<string, unknown>>;
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
