/** Uploads that need the user for the same reason, so that one decision is for all of them. */
import type { Decision, DecisionRole } from './decisions.ts';
import { decisionText } from './decisions.ts';
import { m } from './paraglide/messages.js';

/** A transfer that needs the user, or has failed. `code`: of its problem. */
type Asking = { readonly id: number; readonly code: string; readonly decisions: readonly Decision[] };

export type Cause = {
  /** The code of their problems. */
  readonly code: string;
  readonly count: number;
  /** The first of them, as many as one call decides about. */
  readonly ids: number[];
  /** What each of them offers and what needs nothing but a click, the preferred one last. */
  readonly decisions: Decision[];
};

/** Ids that one call takes. */
const idsMost = 10_000;

/** Groups them by their cause, the most frequent first. What stands alone, or has nothing to decide together, is no group. */
export const causesOf = (rows: Iterable<Asking>): readonly Cause[] => {
  const found = new Map<string, Cause>();
  for (const { id, code, decisions } of rows) {
    const known = found.get(code);
    if (known?.ids.length !== idsMost) known?.ids.push(id);
    const offered = decisions.filter(({ needs }) => needs === undefined);
    found.set(code, {
      code,
      count: (known?.count ?? 0) + 1,
      ids: known?.ids ?? [id],
      decisions: known?.decisions.filter((one) => offered.some((other) => other.id === one.id)) ?? offered,
    });
  }
  return [...found.values()]
    .filter(({ count, decisions }) => count > 1 && decisions.length > 0)
    .sort((one, other) => other.count - one.count);
};

/** "37 names are taken". */
export const causeText = ({ code, count }: Pick<Cause, 'code' | 'count'>): string => m.cause({ code, count });

/** What a decision is called where it is made for all at once. */
const forAll: Readonly<Partial<Record<DecisionRole, () => string>>> = {
  skip: m.cause_skip_all,
  rename: m.cause_rename_all,
  'new-version': m.cause_new_version_all,
  retry: m.cause_retry_all,
  remove: m.cause_remove_all,
  'upload-changed': m.cause_upload_changed_all,
  'upload-again': m.cause_upload_again_all,
  'mark-uploaded': m.cause_mark_uploaded_all,
};

export const decisionTextForAll = ({ role, label }: Pick<Decision, 'role' | 'label'>): string =>
  forAll[role]?.() ?? decisionText(label);
