/**
 * What a person can decide about an upload that needs attention: the one table that the window, the tray and the terminal
 * draw. A problem carries its own decisions where its provider or the engine knows better than its code does.
 */
import { m } from './paraglide/messages.js';

/** What a decision is called, by its key in the catalogue, and what helps to make it. */
const labels = {
  decision_retry: [m.decision_retry],
  decision_upload_again: [m.decision_upload_again, m.decision_upload_again_help],
  decision_mark_uploaded: [m.decision_mark_uploaded, m.decision_mark_uploaded_help],
  decision_skip: [m.decision_skip, m.decision_skip_help],
  decision_new_version: [m.decision_new_version, m.decision_new_version_help],
  decision_rename: [m.decision_rename, m.decision_rename_help],
  decision_rename_to: [m.decision_rename_to, m.decision_rename_to_help],
  decision_upload_changed: [m.decision_upload_changed, m.decision_upload_changed_help],
  decision_trust: [m.decision_trust, m.decision_trust_help],
  decision_sign_in: [m.decision_sign_in],
  decision_test_server: [m.decision_test_server],
  decision_other_server: [m.decision_other_server],
  decision_remove: [m.decision_remove],
  decision_send_again: [m.decision_send_again, m.decision_send_again_help],
  decision_mark_sent: [m.decision_mark_sent, m.decision_mark_sent_help],
  decision_send_to: [m.decision_send_to, m.decision_send_to_help],
  decision_not_send: [m.decision_not_send, m.decision_not_send_help],
} as const satisfies Readonly<Record<string, readonly [label: () => string, help?: () => string]>>;

export type DecisionLabel = keyof typeof labels;

/**
 * What a decision needs beside a click. `name`: a name on the server. `server`: the id of another saved server. `recipient`: who
 * gets a message.
 * `fingerprint`: the one that the person saw. `account`: a sign-in, which is a conversation of its own.
 */
export const decisionNeeds = ['name', 'server', 'fingerprint', 'account', 'recipient'] as const;
export type DecisionNeeds = (typeof decisionNeeds)[number];

const needsKnown: ReadonlySet<unknown> = new Set<DecisionNeeds | undefined>([undefined, ...decisionNeeds]);

type Entry = { readonly label: DecisionLabel; readonly needs?: DecisionNeeds };

/** Every role a decision can have, with its label and what it needs. */
export const decisionTable = {
  retry: { label: 'decision_retry' },
  'upload-again': { label: 'decision_upload_again' },
  'mark-uploaded': { label: 'decision_mark_uploaded' },
  skip: { label: 'decision_skip' },
  'new-version': { label: 'decision_new_version' },
  rename: { label: 'decision_rename' },
  'upload-changed': { label: 'decision_upload_changed' },
  'trust-certificate': { label: 'decision_trust', needs: 'fingerprint' },
  'sign-in': { label: 'decision_sign_in', needs: 'account' },
  'test-server': { label: 'decision_test_server' },
  'other-server': { label: 'decision_other_server', needs: 'server' },
  remove: { label: 'decision_remove' },
  'send-again': { label: 'decision_send_again' },
  'mark-sent': { label: 'decision_mark_sent' },
  'send-to': { label: 'decision_send_to', needs: 'recipient' },
  'not-send': { label: 'decision_not_send' },
} as const satisfies Readonly<Record<string, Entry>>;

export type DecisionRole = keyof typeof decisionTable;

export type Decision = {
  /** What names it: in a call, and in a command. Unique among the decisions of one problem. */
  readonly id: string;
  readonly role: DecisionRole;
  /** In place of the label of its role. */
  readonly label: DecisionLabel;
  readonly needs?: DecisionNeeds | undefined;
};

/** The decision of a role as the table has it. */
export const decision = (role: DecisionRole): Decision => {
  const { label, needs }: Entry = decisionTable[role];
  return { id: role, role, label, ...(needs === undefined ? {} : { needs }) };
};

/** What a decision is called. */
export const decisionText = (label: DecisionLabel): string => labels[label][0]();

/** What helps to make a decision; `undefined`: the label says it all. */
export const decisionHelp = (label: DecisionLabel): string | undefined => labels[label][1]?.();

/** What may come with a decision beside its id; `undefined`: nothing. Renaming takes a name also where it needs none. */
export const takenBy = ({ role, needs }: Decision): DecisionNeeds | undefined =>
  needs ?? (role === 'rename' ? 'name' : undefined);

/** Whether this version has the role and the words of a decision, and can ask for what it needs. */
export const isKnown = ({ id, role, label, needs }: Decision): boolean =>
  typeof id === 'string' && Object.hasOwn(decisionTable, role) && Object.hasOwn(labels, label) && needsKnown.has(needs);
