// npm run kill -- --provider P --count N --seed S [--front none|nginx|nginx-ignore-abort] [--real-front]
import { parseArgs } from 'node:util';
import { FRONTS, isFront } from '../peers/front.ts';
import { hasWorld, runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    provider: { type: 'string', default: 'stend' },
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    front: { type: 'string', default: 'nginx' },
    'real-front': { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
const { front } = values;
if (
  !Number.isSafeInteger(count) ||
  count < 0 ||
  !Number.isSafeInteger(seed) ||
  !isFront(front) ||
  !hasWorld(values.provider)
) {
  process.stderr.write(
    `usage: npm run kill -- --provider P --count N --seed S [--front ${FRONTS.join('|')}] [--real-front]\n`,
  );
  process.exit(2);
}
process.stdout.write(`provider ${values.provider}, front ${front}, seed ${seed}\n`);
const result = await runCampaign({
  provider: values.provider,
  count,
  seed,
  front,
  realFront: values['real-front'],
  progress: (kills, files) => {
    if (kills % 10 === 0) process.stdout.write(`${kills} kills, ${files} files\n`);
  },
});
for (const line of result.told) process.stdout.write(`${line}\n`);
for (const line of result.wrong) process.stdout.write(`wrong: ${line}\n`);
const bad = result.lost + result.doubled + result.acknowledgedResent + result.restartedUnforced + result.wrong.length;
// Behind nginx that ignores client aborts nothing forces a Stend upload to start over; a Cloudreve's own restarts do.
const forced = values.provider === 'stend' && front === 'nginx-ignore-abort' ? result.restarted : 0;
process.stdout.write(
  `kills ${result.kills}, files ${result.files}, lost ${result.lost}, doubled ${result.doubled}, ` +
    `acknowledged resent ${result.acknowledgedResent}, chunks resent ${result.resent}, restarted ${result.restarted}\n`,
);
process.exit(bad + forced > 0 ? 1 : 0);
