/** What there is: `list`, `show`, `history`. */
import type { CallInput, HistoryView, TransferView } from '../../../preload/contract.ts';
import { bytes, duration, time } from '../../../preload/format.ts';
import { isLeftOut } from '../../../preload/problems.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { isDeliveryAsking, isFinal, transferStates, type Ending } from '../../../preload/states.ts';
import { exits, UsageError } from '../exits.ts';
import { historyLine, transferLine } from '../json-lines.ts';
import type { Out } from '../out.ts';
import { marks } from '../last-lines.ts';
import { folderLine, withFolders } from '../list-folders.ts';
import { parseWhole } from '../quantities.ts';
import { withSession, type Common, type Host } from '../session.ts';
import { eachTransfer, parseIds, serverPart } from '../targets.ts';
import { cutMiddle, pad, safe } from '../text.ts';
import { deliveryWords, hints, nameWords, percent, sentence, shareWords, speedWords, stateWords } from '../words.ts';

export type ListOptions = Common & {
  readonly server?: string;
  readonly state?: string;
  readonly search?: string;
  readonly newest?: boolean;
  /** `--all-files`: also those of folders that were added whole. */
  readonly allFiles?: boolean;
  readonly limit?: string;
};

/** Rows that a person is shown without asking for more. */
const shown = 100;

/** `--limit`: so many, `all`, or the default: all for programs, some for people. */
export const readLimit = (limit: string | undefined, json: boolean): number => {
  if (limit === undefined) return json ? Infinity : shown;
  return limit === 'all' ? Infinity : parseWhole(limit, '--limit', 1, 1e9);
};

const readStates = (text: string | undefined): { states?: TransferView['state'][] } => {
  if (text === undefined) return {};
  const known: readonly string[] = transferStates;
  const wanted = text.split(',').map((word) => word.trim());
  const strange = wanted.find((word) => !known.includes(word));
  if (strange !== undefined) throw new UsageError(m.usage_state({ strange, value: known.join(', ') }));
  return { states: wanted as TransferView['state'][] };
};

/** The upload is done, and its message needs the user. */
const isUndelivered = ({ delivery }: TransferView): boolean =>
  delivery !== undefined && isDeliveryAsking(delivery.state);

/** A row of the queue on one line, and below it what is wrong or where it went. */
const tellRow = (out: Out, row: TransferView, now: number): void => {
  const room = Math.max(20, out.columns - 50);
  const figures = row.state === 'done' ? '' : m.terminal_percent({ percent: percent(row) });
  const speed = row.state === 'uploading' ? speedWords(row) : '';
  const name = pad(cutMiddle(safe(row.localName ?? row.name), room), Math.min(room, 30));
  const state = [stateWords(row, now), figures, speed].filter((part) => part !== '').join(', ');
  out.line(
    `${pad(String(row.id), 4, 'left')}  ${name}  ${pad(bytes(row.size), 8, 'left')}  ${row.serverName}  ${state}`,
  );
  if (row.localName !== undefined) out.line(`      ${m.terminal_name_there({ name: row.name })}`);
  const about = row.share === undefined ? undefined : shareWords(row.share);
  if (row.state === 'done' && about !== undefined) out.line(`      ${about}`);
  if (row.problem !== undefined && (!isFinal(row.state) || isLeftOut(row.state, row.problem) || isUndelivered(row))) {
    out.line(`      ${sentence(row.problem)}`);
    for (const command of hints(row)) out.line(`      ${command}`);
  }
};

/** `list` */
export const list = (host: Host, options: ListOptions): Promise<number> => {
  const most = readLimit(options.limit, options.json === true);
  const states = readStates(options.state);
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const search = options.search === undefined ? {} : { search: options.search };
    const filter = { ...states, ...search, ...(await serverPart(client, options.server)) };
    const now = Date.now();
    let count = 0;
    const order = options.newest === true ? 'newest' : 'queue';
    // What is asked for by its state or its name is a file.
    const isFolded =
      !out.json && options.allFiles !== true && options.state === undefined && options.search === undefined;
    if (isFolded) {
      let lines = 0;
      for await (const listed of withFolders(client, eachTransfer(client, filter, order))) {
        if (listed.kind !== 'file' && ++lines > most) break;
        count++;
        if (listed.kind === 'row') tellRow(out, listed.row, now);
        else if (listed.kind === 'folder') out.line(folderLine(listed.folder, out.columns));
      }
    } else
      for await (const row of eachTransfer(client, filter, order, most)) {
        count++;
        if (out.json) out.object(transferLine(row, now));
        else tellRow(out, row, now);
      }
    if (out.json) return exits.done;
    const { totals } = await client.call('transfers.list', { filter, limit: 1 });
    if (totals.count === 0) out.aside(m.terminal_transfers_none(), 'note');
    else if (totals.count > count) out.aside(m.terminal_transfers_more({ count: totals.count - count }), 'note');
    else
      out.aside(
        m.terminal_transfers_sum({
          count: totals.count,
          acknowledged: bytes(totals.acknowledged),
          bytes: bytes(totals.bytes),
        }),
        'note',
      );
    return exits.done;
  });
};

/** Chunk numbers as ranges: 0-4, 7. */
export const ranges = (numbers: readonly number[]): string => {
  const parts: string[] = [];
  const sorted = [...numbers].sort((a, b) => a - b);
  for (let i = 0; i < sorted.length; i++) {
    const from = sorted[i] ?? 0;
    while (sorted[i + 1] === (sorted[i] ?? 0) + 1) i++;
    const to = sorted[i] ?? 0;
    parts.push(from === to ? String(from) : `${from}-${to}`);
  }
  return parts.join(', ');
};

const chunkWords = (acknowledged: readonly number[], count: number): string => {
  const done = acknowledged.length;
  return done === 0
    ? m.terminal_chunks({ done, count })
    : m.terminal_chunks_which({ done, count, chunks: ranges(acknowledged) });
};

/** Who gets a message about it, what it says, and what became of it. */
const deliveryLines = ({ delivery }: TransferView): readonly (readonly [string, string | undefined])[] =>
  delivery === undefined
    ? []
    : [
        [m.show_message(), deliveryWords(delivery)],
        [m.show_message_text(), delivery.text],
      ];

/** `show ID` */
export const show = (host: Host, ids: readonly string[], options: Common): Promise<number> => {
  const wanted = parseIds(ids);
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const now = Date.now();
    for (const id of wanted) {
      const { transfer: row, chunks, log } = await client.call('transfers.get', { id });
      if (out.json) {
        out.object({ ...transferLine(row, now), chunks, log });
        continue;
      }
      out.line(`${nameWords(row)}  ${bytes(row.size)}`, marks[row.state] ?? 'none');
      const lines: readonly (readonly [string, string | undefined])[] = [
        [m.show_id(), String(row.id)],
        [m.show_file(), row.path],
        [m.show_server(), row.serverName],
        [m.show_batch(), row.batch === undefined ? undefined : String(row.batch)],
        [m.show_state(), stateWords(row, now)],
        [m.show_sent(), m.terminal_sent({ size: bytes(row.acknowledged), percent: percent(row) })],
        [m.show_speed(), speedWords(row) || undefined],
        [
          m.show_chunks(),
          chunks.count === 0 || row.state === 'done' ? undefined : chunkWords(chunks.acknowledged, chunks.count),
        ],
        [
          m.show_in_flight(),
          chunks.inFlight
            .map(({ index, written }) => m.terminal_chunk_in_flight({ chunk: index, size: bytes(written) }))
            .join(', ') || undefined,
        ],
        ...deliveryLines(row),
        [m.show_link(), row.share?.link],
        [row.share?.isFile === true ? m.show_file_id() : m.show_share_key(), row.share?.key],
        [m.show_delete_key(), row.share?.deleteKey],
        [m.show_kept_until(), row.share?.expiresAt === undefined ? undefined : time(row.share.expiresAt)],
        [m.show_priority(), row.priority === 0 ? undefined : String(row.priority)],
        [m.show_restarts(), row.restarts === 0 ? undefined : m.terminal_restarts({ count: row.restarts })],
        [m.show_added(), time(row.createdAt)],
        [m.show_ended(), row.endedAt === undefined ? undefined : time(row.endedAt)],
      ];
      for (const [label, value] of lines) if (value !== undefined) out.line(`  ${pad(label, 12)}  ${value}`);
      if (row.problem !== undefined) out.line(`  ${sentence(row.problem)}`);
      for (const command of hints(row)) out.line(`  ${command}`);
      for (const { at, problem } of log) out.line(`  ${time(at)}  ${sentence(problem)}`);
    }
    return exits.done;
  });
};

export type HistoryOptions = Common & {
  readonly server?: string;
  readonly search?: string;
  readonly ending?: Ending;
  readonly limit?: string;
};

/** Where an upload can be found, and who says that it is there where Stevedore could not verify it. */
const historyWords = ({ proof, shareKey: key, link, isFile }: HistoryView): string => {
  if (proof?.by === 'person') return m.history_proof_person();
  const found = key === undefined ? (link ?? '') : shareWords({ key, link, isFile });
  return proof?.by === 'server-answer' ? `${found}  ${m.history_proof_server_answer()}`.trim() : found;
};

const tellHistory = (out: Out, row: HistoryView): void => {
  const about =
    row.ending === 'done'
      ? historyWords(row)
      : row.problem === undefined
        ? m.state_word({ state: row.ending })
        : sentence(row.problem);
  const size = bytes(row.size);
  const figures = row.ending === 'done' ? m.terminal_size_took({ size, time: duration(row.took) }) : size;
  const message = row.delivery === undefined ? '' : `  ${m.terminal_delivery({ state: row.delivery.state })}`;
  out.line(
    `${time(row.at)}  ${nameWords(row)}  ${figures}  ${row.serverName}  ${about}${message}`,
    marks[row.ending] ?? 'note',
  );
  for (const command of hints({ ...row, id: row.transferId })) out.line(`    ${command}`);
};

/** `history` */
export const history = (host: Host, options: HistoryOptions): Promise<number> => {
  const most = readLimit(options.limit, options.json === true);
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const filter: CallInput<'history.list'> = {
      ...(await serverPart(client, options.server)),
      ...(options.search === undefined ? {} : { search: options.search }),
      ...(options.ending === undefined ? {} : { ending: options.ending }),
    };
    let left = most;
    let after: string | undefined;
    do {
      const limit = Math.min(1000, left);
      const page = await client.call('history.list', { ...filter, limit, ...(after === undefined ? {} : { after }) });
      for (const row of page.rows)
        if (out.json) out.object(historyLine(row));
        else tellHistory(out, row);
      left -= page.rows.length;
      after = page.next;
    } while (after !== undefined && left > 0);
    if (left === most && !out.json) out.aside(m.terminal_history_none(), 'note');
    else if (after !== undefined && !out.json) out.aside(m.terminal_history_more(), 'note');
    return exits.done;
  });
};
