/** Bars on a terminal: a line for each transfer under way and one for all, redrawn at most ten times a second. */
import type { GroupView, ProblemView, TransferView } from '../../preload/contract.ts';
import { bytes } from '../../preload/format.ts';
import { Later } from '../../preload/later.ts';
import { m } from '../../preload/paraglide/messages.js';
import { isRunning } from '../../preload/states.ts';
import { tellGroup, tellLast, tellNote, tellQueue } from './last-lines.ts';
import type { Out } from './out.ts';
import type { Counts, Reporter } from './reporting.ts';
import { cutEnd, cutMiddle, pad, safe, width } from './text.ts';
import { happened, nameWords, percent, speedWords, stateWords } from './words.ts';

/** ms between redraws. */
const redrawEvery = 100;
/** ms after which countdowns are redrawn though nothing changed. */
const tickEvery = 1000;
const barWidth = 20;

/** A file that its server is assembling is active. */
const waits = (row: TransferView): boolean => row.state === 'waiting' && row.waitFor !== 'server-work';

/** Acknowledged, in flight and missing told apart: ██████▒▒░░░░. Never full before all is acknowledged. */
export const bar = (row: Pick<TransferView, 'size' | 'acknowledged' | 'inFlight'>, columns: number): string => {
  const share = (n: number): number => (row.size === 0 ? 0 : Math.floor((n / row.size) * columns));
  const acknowledged = share(row.acknowledged);
  const sent = Math.max(acknowledged, share(Math.min(row.size, row.acknowledged + row.inFlight)));
  return '█'.repeat(acknowledged) + '▒'.repeat(sent - acknowledged) + '░'.repeat(columns - sent);
};

/** A transfer's line, of just under `columns`. */
export const rowLine = (row: TransferView, columns: number, now: number): string => {
  const tail =
    row.state === 'uploading' && row.wish === 'run' && row.serverWorks !== true
      ? speedWords(row)
      : row.state === 'waiting' && row.problem !== undefined
        ? `${stateWords(row, now)} · ${happened(row.problem)}`
        : stateWords(row, now);
  const figures = `${columns < 50 ? '' : `${bar(row, barWidth)} `}${pad(m.terminal_percent({ percent: percent(row) }), 5, 'left')}`;
  const room = columns - 1 - width(figures) - 4;
  const column = Math.max(8, Math.min(40, Math.floor(room * 0.45)));
  const name = pad(cutMiddle(safe(nameWords(row)), column), column);
  return cutEnd(`${name}  ${figures}  ${safe(tail)}`, columns - 1);
};

export class LiveReporter implements Reporter {
  readonly #out: Out;
  readonly #template: string | undefined;
  readonly #rows = new Map<number, TransferView>();
  readonly #tick: NodeJS.Timeout;
  #counts: Counts | undefined;
  readonly #redraw = new Later(() => this.#draw(), redrawEvery);

  constructor(out: Out, template?: string) {
    this.#out = out;
    this.#template = template;
    this.#tick = setInterval(() => this.#redraw.soon(), tickEvery);
    this.#tick.unref();
  }

  row(row: TransferView): void {
    if (isRunning(row.state)) this.#rows.set(row.id, row);
    else this.#rows.delete(row.id);
    this.#redraw.soon();
  }

  note(row: TransferView, problem: ProblemView): void {
    tellNote(this.#out, row, problem);
  }

  last(row: TransferView): void {
    this.#rows.delete(row.id);
    this.#draw();
    tellLast(this.#out, row, this.#template);
  }

  counts(counts: Counts): void {
    this.#counts = counts;
    this.#redraw.soon();
  }

  group(group: GroupView): void {
    tellGroup(this.#out, group);
  }

  queue(_running: boolean, problem: ProblemView | undefined): void {
    tellQueue(this.#out, problem);
  }

  close(): void {
    clearInterval(this.#tick);
    this.#redraw.stop();
    this.#rows.clear();
    this.#out.draw([]);
  }

  #draw(): void {
    this.#redraw.stop();
    const { columns, rows } = this.#out;
    const now = Date.now();
    const all = [...this.#rows.values()].sort((a, b) => Number(waits(a)) - Number(waits(b)));
    const most = Math.max(1, rows - 3);
    const lines = all.slice(0, most).map((row) => rowLine(row, columns, now));
    const total = this.#total(all, all.length - lines.length);
    if (total !== undefined) lines.push(cutEnd(total, columns - 1));
    this.#out.draw(lines);
  }

  /** All together, where there is more than what the lines above say. */
  #total(all: readonly TransferView[], hidden: number): string | undefined {
    const counts = this.#counts;
    if (counts === undefined || counts.count <= 1) return undefined;
    const rate = all.reduce((sum, row) => sum + (row.rate ?? 0), 0);
    return [
      m.terminal_total_done({ done: counts.done, count: counts.count }),
      counts.leftOut > 0 ? m.terminal_total_left_out({ count: counts.leftOut }) : '',
      hidden > 0 ? m.terminal_total_more({ count: hidden }) : '',
      m.terminal_total_bytes({ part: bytes(counts.acknowledged), all: bytes(counts.bytes) }),
      rate > 0 ? m.terminal_rate({ rate: bytes(rate) }) : '',
    ]
      .filter((part) => part !== '')
      .join(' · ');
  }
}
