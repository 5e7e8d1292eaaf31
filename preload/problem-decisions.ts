/** What can be decided about a problem: its own decisions, or those of its code. */
import { decision, isKnown, type Decision, type DecisionRole } from './decisions.ts';
import { describe, type Problem } from './problems.ts';

/** A name that the server never takes: nothing but another name helps. */
const renameTo: Decision = { ...decision('rename'), label: 'decision_rename_to', needs: 'name' };

type Derived = Readonly<Partial<Record<string, readonly (DecisionRole | Decision)[]>>>;

/** Codes whose action alone does not say what can be decided. */
const ofCode: Derived = {
  'name-exists': ['skip', 'new-version', 'rename'],
  'name-taken': ['skip', 'rename'],
  'not-owner': ['upload-again', 'sign-in'],
  'name-skipped': ['new-version', 'rename'],
  'outcome-unknown': ['mark-uploaded', 'upload-again'],
  'stored-missing': ['mark-uploaded', 'upload-again'],
  'stored-differs': ['mark-uploaded', 'upload-again'],
  'message-unknown': ['mark-sent', 'send-again'],
  'message-refused': ['not-send', 'retry', 'send-to'],
};

const ofAction: Derived = {
  'sign-in': ['sign-in'],
  'send-new': ['remove', 'upload-changed'],
  'other-server': ['retry', 'other-server'],
  'free-space': ['retry', 'other-server'],
  'test-server': ['test-server'],
  'trust-certificate': ['trust-certificate'],
  rename: ['remove', renameTo],
  drop: ['remove'],
};

/**
 * What can be decided about a problem, the preferred one last. A problem of an earlier version carries none: its code
 * says them. Decisions that this version does not know are left out; there is always one.
 */
export const decisionsOf = (problem: Problem): readonly Decision[] => {
  const own = problem.decisions?.filter(isKnown) ?? [];
  if (own.length > 0) return own;
  const { action } = describe(problem);
  const derived = ofCode[problem.code] ?? ofAction[action ?? ''] ?? ['retry'];
  return derived.map((one) => (typeof one === 'string' ? decision(one) : one));
};
