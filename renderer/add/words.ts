/** What an add did, in words. */
import type { CallOutput, ProblemView } from '../../preload/contract.ts';
import { usualExcludes } from '../../preload/patterns.ts';
import { m } from '../../preload/paraglide/messages.js';
import { countOf, type Offer } from './drop-offer.ts';
import { expiryWords } from './drop-terms.ts';
import type { Missing, Outcome } from './inbox-upload.ts';

/** Something of an add that the person should read: why, and what it is about where the reason does not name it. */
export type Said = {
  readonly about: string;
  readonly why: string;
  /** The path of a file that another server may take. */
  readonly elsewhere?: string;
};
export type Added = Pick<CallOutput<'transfers.add'>, 'added' | 'refused' | 'notices'>;

const isSkipped = ({ problem }: Added['refused'][number]): boolean => problem.code === 'file-excluded';

/**
 * The line under the list after an add.
 *
 * @param expirySeconds of what was queued; `undefined`: the server decides
 */
export const addedWords = (
  offer: Offer,
  result: Added,
  serverName: string,
  expirySeconds: number | undefined,
  paused: boolean,
): string => {
  const files = result.added.length;
  const given = countOf(offer);
  // The user counts what they dropped. Files are counted where some were refused, or where folders were opened.
  const whole = result.refused.every(isSkipped) && files >= given;
  const what = !whole
    ? m.add_files_count({ count: files })
    : files === given
      ? m.add_items_count({ count: given })
      : m.add_items_with_files({
          items: m.add_items_count({ count: given }),
          files: m.add_files_count({ count: files }),
        });
  const many = whole ? given : files;
  if (paused) return m.add_done_paused({ what, server: serverName });
  if (expirySeconds === undefined) return m.add_done({ what, server: serverName });
  return m.add_done_expiring({ what, server: serverName, expiry: expiryWords(expirySeconds), count: many });
};

/** New rows only: those that were on their way already are not this add's to take back. */
export const undoable = ({ added, notices }: Added): readonly number[] => {
  const before = new Set(notices.filter(({ code }) => code === 'already-queued').map(({ params }) => params['id']));
  return added.filter((id) => !before.has(id));
};

const missingWhy = ({ why, problem }: Missing): string => {
  if (problem !== undefined) return problem.message;
  return why === 'unreadable' ? m.add_unreadable() : m.add_broken();
};

/** Most words of a problem name the file themselves. */
const said = (about: string, why: string): Said => ({ about: why.includes(about) ? '' : about, why });

/** Whether it is about this server alone: its limits, or the names it takes. */
const isOfServer = ({ code, action }: ProblemView): boolean =>
  action === 'other-server' || action === 'rename' || code === 'file-empty';

/** Of what a browser holds: what the patterns skip is not fetched. What systems leave in folders is not worth a word. */
export const skipped = ({ refused }: Added): readonly Said[] => {
  const names = refused.filter(isSkipped).map(({ path }) => (path.split('/').at(-1) ?? '').toLowerCase());
  const count = names.filter((name) => !usualExcludes.some((usual) => usual.toLowerCase() === name)).length;
  return count === 0 ? [] : [{ about: '', why: m.add_excluded({ count }) }];
};

/** What was refused and what did not come in, each with its reason. */
export const refusals = (offer: Offer, result: Added, outcome?: Pick<Outcome, 'missing'>): readonly Said[] => [
  ...result.refused
    .filter((one) => !isSkipped(one))
    .map(({ path, problem }) => ({
      ...said(path, problem.message),
      ...(isOfServer(problem) ? { elsewhere: path } : {}),
    })),
  ...(outcome?.missing ?? []).map((one) => said(one.name, missingWhy(one))),
  ...(offer.kind === 'paths'
    ? []
    : [
        ...offer.empty.map((name) => ({ about: name, why: m.add_folder_empty() })),
        ...offer.unreadable.map((name) => ({ about: name, why: m.add_not_let() })),
      ]),
];

/** Things to know that hold nothing up; what is on its way already comes first. */
export const noticesOf = (notices: readonly ProblemView[]): readonly Said[] =>
  [...new Map(notices.map((notice) => [notice.message, notice])).values()].map(({ message }) => ({
    about: '',
    why: message,
  }));
