// npm run faults [-- --provider P] [--seed S] [--sample N] [--cell NAME] [--proxied | --tls]
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { folderForTests } from '../gate/test-folder.ts';
import type { CellResult } from './cell.ts';
import { cellsOf, countLeftOut, faults, losses, nameOf, recoveries, sample, steps, type Way } from './cells.ts';
import { faultWorlds } from './fault-worlds.ts';
import { runMatrix } from './run-matrix.ts';

const { values } = parseArgs({
  options: {
    provider: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    sample: { type: 'string' },
    cell: { type: 'string', multiple: true },
    proxied: { type: 'boolean', default: false },
    tls: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const way: Way = values.proxied ? 'proxied' : values.tls ? 'tls' : 'straight';
// Through a proxy or over TLS a sample is enough: what is below HTTP is the same for each cell.
const count = Number(values.sample ?? (way === 'straight' ? Infinity : 50));
const seed = Number(values.seed);
const chosen = values.provider ?? Object.keys(faultWorlds);
const unknown = chosen.find((provider) => faultWorlds[provider] === undefined);
if (unknown !== undefined || Number.isNaN(count) || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `usage: npm run faults -- [--provider ${Object.keys(faultWorlds).join('|')}]… [--seed S] [--sample N] ` +
      `[--cell NAME]… [--proxied | --tls]\n`,
  );
  process.exit(2);
}
const worlds = Object.fromEntries(Object.entries(faultWorlds).filter(([provider]) => chosen.includes(provider)));
const all = Object.entries(worlds).flatMap(([provider, traits]) => cellsOf(provider, traits, way));
const cells =
  values.cell === undefined
    ? Number.isFinite(count)
      ? sample(all, count, seed)
      : all
    : all.filter((cell) => values.cell?.some((name) => nameOf(cell).startsWith(name)));

say(`${way}, seed ${seed}, ${cells.length} of ${all.length} cells`);
for (const [why, left] of countLeftOut(worlds, way)) say(`left out: ${left} cells: ${why}`);

const folder = folderForTests('memory');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const results = new Map<string, CellResult>();
const began = Date.now();
await runMatrix(cells, way, folder, seed, (result) => {
  results.set(nameOf(result.cell), result);
  if (results.size % 100 === 0) say(`${results.size} cells, ${Math.round((Date.now() - began) / 1000)} s`);
});

/** One letter a recovery: `.` passed, `?` asked and done, `X` failed, blank: left out or not drawn. */
const marks: Readonly<Record<CellResult['end'], string>> = { passed: '.', attention: '?', failed: 'X' };
const columns = steps.flatMap((step) => losses.map((lost) => ({ step, lost })));
for (const provider of Object.keys(worlds)) {
  say(`\n${provider.padEnd(18)}${columns.map(({ step, lost }) => `${step} ${lost.slice(0, 3)}`.padEnd(11)).join('')}`);
  for (const fault of faults) {
    const row = columns.map(({ step, lost }) =>
      recoveries
        .map((recovery) => results.get(nameOf({ provider, fault, step, lost, recovery })))
        .map((result) => (result === undefined ? ' ' : marks[result.end]))
        .join('')
        .padEnd(11),
    );
    say(`${fault.padEnd(18)}${row.join('')}`.trimEnd());
  }
}
say(`\neach column: ${recoveries.join(', ')}; "." passed, "?" asked and done, "X" failed`);
const asked = new Map<string, number>();
for (const result of results.values()) for (const code of result.asked) asked.set(code, (asked.get(code) ?? 0) + 1);
for (const [code, times] of asked) say(`asked ${times} times: ${code}`);
const failed = [...results.values()].filter(({ end }) => end === 'failed');
for (const { cell, wrong, course } of failed) {
  say(`\nfailed: ${nameOf(cell)}; repeat it with: npm run faults -- --cell ${nameOf(cell)}`);
  for (const line of wrong) say(`  ${line}`);
  for (const line of course) say(`    ${line}`);
}
const ends = (end: CellResult['end']): number => [...results.values()].filter((result) => result.end === end).length;
say(`\n${Math.round((Date.now() - began) / 1000)} s`);
say(`cells ${results.size}, passed ${ends('passed')}, attention ${ends('attention')}, ${failed.length} failed`);
process.exit(failed.length === 0 && results.size > 0 ? 0 : 1);
