/** States, problems and limits in words, for lines of a terminal. */
import type { DecisionView, ProblemView, ServerView, TransferView } from '../../preload/contract.ts';
import { decisionText } from '../../preload/decisions.ts';
import { bytes, duration } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { describe, inOneText, isLeftOut, type ProblemCode } from '../../preload/problems.ts';
import { signInProblems } from '../../preload/problems/sign-in.ts';
import { isFinal, isRunning } from '../../preload/states.ts';
import { shellWord } from './text.ts';

type Inputs = { readonly server: string; readonly option: string };

/** What a terminal has its own way to do: an option, a command. It takes the place of what every host can do. */
const inTerminal: Readonly<Partial<Record<ProblemCode, (inputs: Inputs) => string>>> = {
  'file-is-link': m.problem_file_is_link_terminal,
  'group-too-small': m.problem_group_too_small_terminal,
  'groups-unsupported': m.problem_groups_unsupported_terminal,
  'option-unsupported': m.problem_option_unsupported_terminal,
  'on-battery': m.problem_on_battery_terminal,
  'profile-unwritable': m.problem_profile_unwritable_terminal,
  'transfer-unknown': m.problem_transfer_unknown_terminal,
  'server-unknown': m.problem_server_unknown_terminal,
  'server-address-links': m.problem_server_address_links_terminal,
  'server-none': m.problem_server_none_terminal,
  'server-choice': m.problem_server_choice_terminal,
  'server-name-taken': m.problem_server_name_taken_terminal,
  'password-missing': m.problem_password_missing_terminal,
  'secret-in-app': m.problem_secret_in_app_terminal,
  'secret-missing': m.problem_secret_missing_terminal,
  'vault-unchosen': m.problem_vault_unchosen_terminal,
  'vault-keeps-nothing': m.problem_vault_keeps_nothing_terminal,
  'certificate-untrusted': m.problem_certificate_untrusted_terminal,
  'certificate-changed': m.problem_certificate_changed_terminal,
  'share-unknown': m.problem_share_unknown_terminal,
  'share-not-here': m.problem_share_not_here_terminal,
  'share-ambiguous': m.problem_share_ambiguous_terminal,
  'signed-out': m.problem_signed_out_terminal,
  'sign-in-asked': m.problem_sign_in_asked_terminal,
  'sign-in-unanswered': m.problem_sign_in_unanswered_terminal,
  'sign-in-page': m.problem_sign_in_page_terminal,
  'account-banned': m.problem_account_banned_terminal,
  'web-address-unknown': m.problem_web_address_unknown_terminal,
};

/** What to do about a problem, as a terminal does it; empty where nothing is needed. */
const todoOf = ({ code, params }: ProblemView, otherwise: string): string => {
  const own = Object.hasOwn(inTerminal, code) ? inTerminal[code as ProblemCode] : undefined;
  if (own === undefined || otherwise === '') return otherwise;
  const { server = '', option = '' } = params;
  return own({ server: shellWord(String(server)), option: String(option) });
};

/** A problem in one text: what happened, what it means, what to do. A host of another version may send it as one text already. */
export const sentence = (problem: ProblemView): string => {
  const { parts, message } = problem;
  return parts === undefined ? message : inOneText({ ...parts, todo: todoOf(problem, parts.todo) });
};

/** The same for a problem that met no upload: where uploads would resume, or wait for a sign-in, `outcome` is said. */
export const sentenceOfTry = (problem: ProblemView, outcome: string): string => {
  const { happened: what, todo, automatic, action } = describe(problem);
  return automatic === true || action === 'sign-in'
    ? inOneText({ happened: what, means: outcome, todo: todoOf(problem, todo) })
    : sentence(problem);
};

/** What happened, in one sentence, where there is no room for more. */
export const happened = (problem: ProblemView): string => describe(problem).happened;

/** What a file is called here and, where that differs, on its server. */
export const nameWords = ({
  name,
  localName,
}: {
  readonly name: string;
  readonly localName?: string | undefined;
}): string => (localName === undefined ? name : m.terminal_stored_as({ name: localName, stored: name }));

const countdown = (until: number | undefined, now: number): string | undefined =>
  until === undefined || until <= now ? undefined : duration(until - now);

const waiting = (row: TransferView, now: number): string => {
  const left = countdown(row.waitUntil, now);
  switch (row.waitFor) {
    case 'server-work':
      return m.terminal_assembling();
    case 'network':
      return m.terminal_no_network();
    case 'server':
      return left === undefined ? m.terminal_server_busy() : m.terminal_server_busy_until({ left });
    case 'schedule':
      return left === undefined ? m.terminal_scheduled() : m.terminal_scheduled_in({ left });
    case 'time':
    case undefined:
      return left === undefined
        ? m.terminal_try({ count: row.attempts + 1 })
        : m.terminal_try_in({ count: row.attempts + 1, left });
  }
};

/** Who gets a message about an upload, and what became of it. */
export const deliveryWords = ({ state, recipient = '?' }: NonNullable<TransferView['delivery']>): string =>
  m.terminal_message_to({ state, recipient });

/** What a transfer is doing, in a few words. `now`: ms since the epoch, for countdowns. */
export const stateWords = (row: TransferView, now: number): string => {
  if (row.wish !== 'run' && row.wish !== 'pause' && !isFinal(row.state))
    return row.serverWorks === true ? m.terminal_cancelling_stored() : m.terminal_cancelling();
  if (row.undoUntil !== undefined) return m.terminal_undo();
  if (row.wish === 'pause' && isRunning(row.state))
    return row.serverWorks === true ? m.terminal_pausing_stored() : m.terminal_pausing();
  if (row.serverWorks === true) return m.terminal_server_works();
  if (row.state === 'waiting') return waiting(row, now);
  if (row.hashed !== undefined) return m.terminal_reading({ part: bytes(row.hashed), all: bytes(row.size) });
  if (isLeftOut(row.state, row.problem)) return m.terminal_left_out();
  if (row.delivery !== undefined && row.state === 'done') return m.terminal_delivery({ state: row.delivery.state });
  return m.state_word({ state: row.state });
};

/** Whole percent of what the server has acknowledged; 100 only when all is. */
export const percent = (row: { readonly size: number; readonly acknowledged: number }): number =>
  row.size === 0 ? 0 : Math.floor((row.acknowledged / row.size) * 100);

/** Rate and time left, where they are known. While the server works on a chunk, neither says when it will be done. */
export const speedWords = (row: TransferView): string => {
  if (row.serverWorks === true) return '';
  const { rate, leftMs } = row;
  return [
    rate === undefined ? '' : m.terminal_rate({ rate: bytes(rate) }),
    leftMs === undefined ? '' : m.terminal_left({ time: duration(leftMs) }),
  ]
    .filter((part) => part !== '')
    .join(', ');
};

/** What each decision that needs more than its id is given by. */
const valueOf = ({ needs }: DecisionView, { params }: ProblemView): string => {
  switch (needs) {
    case 'name':
      return ' --name NAME';
    case 'server':
      return ' --to SERVER';
    case 'recipient':
      return ' --recipient RECIPIENT';
    case 'fingerprint':
      return ` --fingerprint ${String(params['fingerprint'] ?? 'FINGERPRINT')}`;
    case 'account':
    case undefined:
      return '';
  }
};

/** What waits for a decision: a transfer by its id, as the queue or the history has it. */
type Undecided = Pick<TransferView, 'id' | 'serverName' | 'problem' | 'decisions'>;

const commandOf = (one: DecisionView, problem: ProblemView, row: Undecided): string => {
  const server = shellWord(row.serverName);
  switch (one.role) {
    case 'retry':
      return problem.code === 'secret-in-app' ? 'stevedore run --password-stdin' : `stevedore retry ${row.id}`;
    case 'remove':
      return `stevedore remove ${row.id}`;
    case 'sign-in':
      // Every other one is about a password.
      return Object.hasOwn(signInProblems, problem.code)
        ? `stevedore server sign-in ${server}`
        : `stevedore server update ${server} --password-stdin`;
    case 'upload-again':
    case 'mark-uploaded':
    case 'skip':
    case 'new-version':
    case 'rename':
    case 'upload-changed':
    case 'trust-certificate':
    case 'test-server':
    case 'other-server':
    case 'send-again':
    case 'mark-sent':
    case 'send-to':
    case 'not-send':
      return `stevedore decide ${row.id} ${one.id}${valueOf(one, problem)}`;
  }
};

/** The commands for what can be decided about a transfer, each with its label where there are several. */
export const hints = (row: Undecided): readonly string[] => {
  const { problem, decisions = [] } = row;
  if (problem === undefined) return [];
  return decisions.map((one) => {
    const command = commandOf(one, problem, row);
    return decisions.length === 1 ? command : `${command}  # ${decisionText(one.label)}`;
  });
};

/** What a server allows, in words. */
export const limitWords = ({ limits, capabilities }: ServerView): string =>
  [
    limits.fileSize === undefined ? '' : m.terminal_limit_size({ size: bytes(limits.fileSize) }),
    !capabilities.expiry
      ? ''
      : limits.expirySeconds === undefined
        ? m.terminal_limit_any_expiry()
        : m.terminal_limit_expiry({ time: duration(limits.expirySeconds * 1000) }),
    limits.chunkSize === undefined ? '' : m.terminal_limit_chunk({ size: bytes(limits.chunkSize) }),
    !capabilities.groups
      ? ''
      : limits.groupSize === undefined
        ? m.terminal_limit_groups()
        : m.terminal_limit_group_of({ count: limits.groupSize }),
    capabilities.zeroByteFiles ? '' : m.terminal_limit_empty(),
  ]
    .filter((part) => part !== '')
    .join(', ');

/** Where an upload can be found: its link, or what is known in its place. */
export const shareWords = ({ key, link, isFile }: NonNullable<TransferView['share']>): string =>
  link ?? (isFile === true ? m.terminal_file_no_link() : m.terminal_share_key({ key }));
