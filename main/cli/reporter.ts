/** Tells the course of uploads: as objects, as plain lines, or as bars that are redrawn. */
import type { GroupView, ProblemView, TransferView } from '../../preload/contract.ts';
import { bytes } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { groupLine, lastLine, noteLine, problemOf, progressLine, stateLine } from './json-lines.ts';
import { LiveReporter } from './live-reporter.ts';
import { tellGroup, tellLast, tellNote, tellQueue } from './last-lines.ts';
import type { Out } from './out.ts';
import type { Reporter } from './reporting.ts';
import { doneText } from './template.ts';
import { nameWords, percent, sentence, speedWords, stateWords } from './words.ts';

/** Rows whose server was reported to be working on a chunk. */
class Working {
  readonly #said = new Set<number>();

  /** Whether a row's server has just begun to, as far as was shown. */
  began({ id, serverWorks }: TransferView): boolean {
    if (serverWorks !== true) this.#said.delete(id);
    else if (!this.#said.has(id)) return this.#said.add(id).has(id);
    return false;
  }
}

class JsonReporter implements Reporter {
  readonly #out: Out;
  readonly #template: string | undefined;
  readonly #told = new Map<number, number>();
  readonly #working = new Working();
  constructor(out: Out, template?: string) {
    this.#out = out;
    this.#template = template;
  }
  row(row: TransferView, before: TransferView['state'] | undefined): void {
    const now = Date.now();
    if (this.#working.began(row) || row.state !== before) this.#out.object(stateLine(row, now));
    if (row.state !== 'uploading' || now - (this.#told.get(row.id) ?? 0) < 1000) return;
    this.#told.set(row.id, now);
    this.#out.object(progressLine(row));
  }
  note(row: TransferView, problem: ProblemView): void {
    this.#out.object(noteLine(row, problem));
  }
  last(row: TransferView): void {
    this.#told.delete(row.id);
    const text = doneText(this.#template, row, row);
    this.#out.object({ ...lastLine(row), ...(text === undefined ? {} : { text }) });
  }
  counts(): void {
    // Each row says its own.
  }
  group(group: GroupView, server: string): void {
    this.#out.object(groupLine(group, server));
  }
  queue(running: boolean, problem: ProblemView | undefined): void {
    this.#out.object({ event: 'queue', running, ...problemOf(problem) });
  }
  close(): void {
    // Every line is whole already.
  }
}

/** A line for each state, and while bytes go for every tenth and every ten seconds. */
class PlainReporter implements Reporter {
  readonly #out: Out;
  readonly #template: string | undefined;
  readonly #working = new Working();
  readonly #told = new Map<number, { readonly at: number; readonly tenth: number }>();
  constructor(out: Out, template?: string) {
    this.#out = out;
    this.#template = template;
  }
  row(row: TransferView, before: TransferView['state'] | undefined): void {
    const now = Date.now();
    const tenth = Math.floor(percent(row) / 10);
    const told = this.#told.get(row.id);
    const moved = told !== undefined && (tenth > told.tenth || now - told.at >= 10_000);
    if (this.#working.began(row)) this.#out.line(m.terminal_line({ name: row.name, words: stateWords(row, now) }));
    if (row.state === before && !(row.state === 'uploading' && moved)) return;
    this.#told.set(row.id, { at: now, tenth });
    if (row.state !== 'uploading')
      this.#out.line(m.terminal_line({ name: nameWords(row), words: `${stateWords(row, now)}${why(row)}` }));
    else {
      const speed = row.serverWorks === true ? stateWords(row, now) : speedWords(row);
      const progress = { percent: percent(row), size: bytes(row.size) };
      const words = speed === '' ? m.terminal_progress(progress) : m.terminal_progress_at({ ...progress, speed });
      this.#out.line(m.terminal_line({ name: nameWords(row), words }));
    }
  }
  note(row: TransferView, problem: ProblemView): void {
    tellNote(this.#out, row, problem);
  }
  last(row: TransferView): void {
    this.#told.delete(row.id);
    tellLast(this.#out, row, this.#template);
  }
  counts(): void {
    // Lines of single files are enough where nothing is redrawn.
  }
  group(group: GroupView): void {
    tellGroup(this.#out, group);
  }
  queue(_running: boolean, problem: ProblemView | undefined): void {
    tellQueue(this.#out, problem);
  }
  close(): void {
    // Every line is whole already.
  }
}

const why = (row: TransferView): string =>
  row.state === 'waiting' && row.problem !== undefined ? ` (${sentence(row.problem)})` : '';

/** The reporter for an output, and for how links are printed: objects with `--json`, bars on a terminal, else plain lines. */
export const createReporter = (out: Out, template?: string): Reporter =>
  out.json ? new JsonReporter(out, template) : new (out.live ? LiveReporter : PlainReporter)(out, template);
