/** The terminal, or what stands in its place. All text passes here and is made harmless before it is written. */
import type { ReadStream, WriteStream } from 'node:tty';
import { safe, safeJson } from './text.ts';

/** The streams and surroundings of a process, so that tests can have their own. */
export type Io = {
  readonly stdin: NodeJS.ReadStream | ReadStream;
  readonly stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;
  readonly stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY'>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
};

export type Mark = 'done' | 'failed' | 'attention' | 'note' | 'none';

const glyphs: Readonly<Record<Mark, string>> = { done: '✓ ', failed: '✗ ', attention: '! ', note: '· ', none: '' };
const colours: Readonly<Record<Mark, string>> = { done: '32', failed: '31', attention: '33', note: '2', none: '' };

export class Out {
  readonly #io: Io;
  /** Lines are redrawn in place; else each line is written once. */
  readonly live: boolean;
  readonly json: boolean;
  readonly #colour: boolean;
  #drawn: readonly string[] = [];
  #closed = false;

  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.json = json;
    this.live = !json && io.stdout.isTTY === true && io.env['TERM'] !== 'dumb';
    this.#colour = this.live && (io.env['NO_COLOR'] ?? '') === '';
  }

  get columns(): number {
    return this.#io.stdout.columns ?? 80;
  }

  get rows(): number {
    return this.#io.stdout.rows ?? 24;
  }

  /** A line of what was asked for. */
  line(text: string, mark: Mark = 'none'): void {
    this.#put(this.#io.stdout, this.#marked(text, mark));
  }

  /** A line about it: refusals, notices, errors. With `--json` standard output has them. */
  aside(text: string, mark: Mark = 'none'): void {
    this.#put(this.#io.stderr, this.#marked(text, mark));
  }

  /** One JSON object on a line of its own. */
  object(value: object): void {
    this.#put(this.#io.stdout, safeJson(JSON.stringify(value)));
  }

  /** Replaces the lines at the bottom that change all the time; none: takes them away. */
  draw(lines: readonly string[]): void {
    if (!this.live || this.#closed || (lines.length === 0 && this.#drawn.length === 0)) return;
    const next = lines.map(safe);
    const rows = next.map((line) => `${line}\x1b[K\n`).join('');
    this.#io.stdout.write(`${this.#up()}${rows}\x1b[J`);
    this.#drawn = next;
  }

  /** Nothing is written any more: the command was interrupted. */
  close(): void {
    this.draw([]);
    this.#closed = true;
  }

  #up(): string {
    return this.#drawn.length === 0 ? '' : `\x1b[${this.#drawn.length}A\r`;
  }

  #marked(text: string, mark: Mark): string {
    const glyph = glyphs[mark];
    return (this.#colour && glyph !== '' ? `\x1b[${colours[mark]}m${glyph}\x1b[0m` : glyph) + safe(text);
  }

  #put(stream: NodeJS.WritableStream, line: string): void {
    if (this.#closed) return;
    const drawn = this.#drawn;
    this.draw([]);
    stream.write(`${line}\n`);
    this.draw(drawn);
  }
}
