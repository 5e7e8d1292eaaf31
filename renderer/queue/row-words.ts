import type { ProblemView, TransferView } from '../../preload/contract.ts';
import { bytes, duration } from '../../preload/format.ts';
import { describe, isLeftOut } from '../../preload/problems.ts';
import { isDeliveryAsking, isFinal } from '../../preload/states.ts';
import { isolate, leftward } from '../ui/isolate.ts';
import type { IconName } from '../ui/icon-names.ts';
import { m } from '../../preload/paraglide/messages.js';

/** Whole percent of what the server has acknowledged; 100 only when all is. */
export const percent = ({ size, acknowledged }: Pick<TransferView, 'size' | 'acknowledged'>): number =>
  size === 0 ? 0 : Math.floor((acknowledged / size) * 100);

/** Minutes and seconds of a countdown: 0:38. */
const countdown = (until: number, now: number): string => {
  const s = Math.max(0, Math.ceil((until - now) / 1000));
  return s >= 3600 ? duration(s * 1000) : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
};

/** How the row's glyph and words are coloured. */
export type Tone = 'move' | 'rest' | 'warn' | 'bad' | 'good';

export type RowWords = {
  readonly glyph: IconName;
  readonly tone: Tone;
  /** The bold word of the lane: percent, or the stage. */
  readonly head: string;
  /** Right of it. */
  readonly tail: string;
  readonly bar: 'move' | 'still' | 'read' | 'none';
};

const waiting = (row: TransferView, now: number): Pick<RowWords, 'glyph' | 'tail'> & Partial<RowWords> => {
  const left = row.waitUntil === undefined || row.waitUntil <= now ? undefined : countdown(row.waitUntil, now);
  switch (row.waitFor) {
    case 'server-work':
      return { glyph: 's-finish', tone: 'move', head: m.row_assembling(), tail: m.row_on_server(), bar: 'move' };
    case 'network':
      return { glyph: 'net', tail: m.row_no_network() };
    case 'server':
      return { glyph: 'server', tail: left === undefined ? m.row_server_busy() : m.row_server_busy_until({ left }) };
    case 'schedule':
      return { glyph: 'moon', tail: left === undefined ? m.row_scheduled() : m.row_scheduled_in({ left }) };
    case 'time':
    case undefined:
      return {
        glyph: 's-time',
        tail:
          left === undefined ? m.row_try({ count: row.attempts + 1 }) : m.row_try_in({ count: row.attempts + 1, left }),
      };
  }
};

/** An upload that is done, and its message. */
const delivered = ({ state }: NonNullable<TransferView['delivery']>): RowWords => ({
  ...(isDeliveryAsking(state)
    ? { glyph: 's-ask', tone: 'warn', tail: '' }
    : { glyph: 's-done', tone: 'good', tail: m.row_message({ state }) }),
  head: '',
  bar: 'none',
});

/** What a row says of its transfer. `now`: ms since the epoch, for countdowns. */
export const rowWords = (row: TransferView, now: number): RowWords => {
  const part = m.row_percent({ percent: percent(row) });
  const leaving = row.wish === 'cancel' || row.wish === 'remove';
  if (leaving && !isFinal(row.state))
    return {
      glyph: 's-off',
      tone: 'rest',
      head: m.row_cancelling(),
      tail: row.serverWorks === true ? m.row_leaving_stored() : m.row_freeing(),
      bar: 'still',
    };
  const works = row.serverWorks === true;
  if (row.undoUntil !== undefined && !isFinal(row.state))
    return {
      glyph: 's-off',
      tone: 'rest',
      head: m.row_leaving(),
      tail: works ? m.row_server_works() : '',
      bar: 'still',
    };
  const stopping = row.wish !== 'pause' ? undefined : works ? m.row_stopping_stored() : m.row_stopping();
  switch (row.state) {
    case 'queued':
      return { glyph: 's-queued', tone: 'rest', head: '', tail: bytes(row.size), bar: 'none' };
    case 'preparing':
      if (row.hashed !== undefined) {
        const read = row.size === 0 ? 100 : Math.floor((row.hashed / row.size) * 100);
        const tail = stopping ?? m.row_percent({ percent: read });
        return { glyph: 's-read', tone: 'rest', head: m.row_hashing(), tail, bar: 'read' };
      }
      return { glyph: 's-read', tone: 'rest', head: m.row_preparing(), tail: stopping ?? m.row_reading(), bar: 'read' };
    case 'opening':
      return { glyph: 's-open', tone: 'move', head: m.row_opening(), tail: stopping ?? m.row_asking(), bar: 'move' };
    case 'uploading': {
      const left = row.leftMs === undefined ? undefined : m.row_left({ time: duration(row.leftMs) });
      return {
        glyph: 's-up',
        tone: 'move',
        head: part,
        tail: stopping ?? (works ? m.row_server_works() : (left ?? '')),
        bar: 'move',
      };
    }
    case 'waiting':
      return { tone: 'rest', head: part, bar: 'still', ...waiting(row, now) };
    case 'paused':
      return { glyph: 's-pause', tone: 'rest', head: part, tail: m.row_paused(), bar: 'still' };
    case 'finishing':
      return { glyph: 's-finish', tone: 'move', head: m.row_finishing(), tail: m.row_joining(), bar: 'move' };
    case 'verifying':
      return { glyph: 's-verify', tone: 'move', head: m.row_verifying(), tail: m.row_on_server(), bar: 'move' };
    case 'attention':
      return { glyph: 's-ask', tone: 'warn', head: '', tail: '', bar: 'none' };
    case 'failed':
      return { glyph: 's-fail', tone: 'bad', head: '', tail: '', bar: 'none' };
    case 'done':
      if (row.delivery !== undefined) return delivered(row.delivery);
      return { glyph: 's-done', tone: 'good', head: '', tail: m.row_no_link(), bar: 'none' };
    case 'cancelled':
      return {
        glyph: 's-off',
        tone: 'rest',
        head: '',
        tail: isLeftOut(row.state, row.problem) ? m.row_left_out() : m.row_cancelled(),
        bar: 'none',
      };
  }
};

/** The state of a transfer as a word, or a few where one does not say it. */
export const stateWord = ({
  state,
  waitFor,
  hashed,
  problem,
  undoUntil,
  delivery,
}: Pick<TransferView, 'state' | 'waitFor' | 'hashed' | 'problem' | 'undoUntil' | 'delivery'>): string => {
  if (delivery !== undefined && isDeliveryAsking(delivery.state)) return m.state_message({ state: delivery.state });
  if (isLeftOut(state, problem)) return m.state_left_out();
  if (waitFor === 'server-work') return m.state_assembling();
  if (hashed !== undefined) return m.row_hashing();
  return m.state_name({ state: undoUntil === undefined ? state : 'cancelled' });
};

/** Letters of a name within a sentence; the row shows the whole name above it. */
const roomForName = 40;
const segmenter = new Intl.Segmenter();
const shortName = (name: string): string => {
  const letters = Array.from(segmenter.segment(name), ({ segment }) => segment);
  return letters.length <= roomForName
    ? name
    : `${letters.slice(0, roomForName - 13).join('')}…${letters.slice(-12).join('')}`;
};

/** Letters that two lines of a row hold in a window of usual width. */
const roomForReason = 130;

/**
 * Why a transfer failed or needs attention, short enough for a row: the details have all of it. `answered`: buttons say
 * what can be done. `isUploaded`: the file is there, which matters more than what can be done, and buttons say that, too.
 */
export const rowReason = (problem: ProblemView, name: string, answered = false, isUploaded = false): string => {
  // The row shows the name already. A long path would leave no room for what can be done.
  const short = shortName(name);
  const params = {
    ...problem.params,
    ...('path' in problem.params ? { path: short } : {}),
    ...('name' in problem.params ? { name: short } : {}),
  };
  const { happened, means, todo } = describe({ code: problem.code, params });
  const all = [happened, means, todo].filter((part) => part !== '').join(' ');
  const reason = answered
    ? happened
    : all.length <= roomForReason || todo === ''
      ? all
      : `${happened} ${isUploaded ? means : todo}`;
  return leftward.test(short) ? reason.replaceAll(short, isolate(short)) : reason;
};

/** Where on its server it goes; `undefined`: there is nothing to say of it. */
export const folderWords = ({ to, folder }: Pick<TransferView, 'to' | 'folder'>): string | undefined => {
  const below = folder.join('/');
  if (to === undefined || to === '/') return below === '' ? undefined : below;
  return below === '' ? to : `${to}/${below}`;
};

/** How much of it the server has, under the name. */
export const rowBytes = (row: TransferView): string =>
  row.acknowledged === 0 ? bytes(row.size) : m.row_of({ part: bytes(row.acknowledged), all: bytes(row.size) });

/** The short form of a link, for a row: what differs from one to the next. */
export const shortLink = (link: string): string => {
  const url = URL.parse(link);
  if (url === null) return link;
  const tail = `${url.pathname}${url.search}${url.hash}`;
  return tail.length > 22 ? `…${tail.slice(-20)}` : tail;
};
