/** States, problems and limits in words, for lines of a terminal. */
import type { DecisionView, ProblemView, ServerView, TransferView } from '../../preload/contract.ts';
import { decisionText } from '../../preload/decisions.ts';
import { bytes, duration } from '../../preload/format.ts';
import { describe, goesOn, isLeftOut, type ProblemCode } from '../../preload/problems.ts';
import { shellWord } from './text.ts';

/** What a terminal has its own way to do: an option, a command. Said in place of words that suit every host. */
const inTerminal: Readonly<Partial<Record<ProblemCode, string | ((params: ProblemView['params']) => string)>>> = {
  'file-is-link': 'Add the file that it points to, or allow links with --follow-links.',
  'group-too-small': 'Leave out --group.',
  'groups-unsupported': 'Leave out --group.',
  'option-unsupported': ({ option }) => (String(option).startsWith('--') ? `Leave out ${option}.` : 'Leave it out.'),
  'certificate-untrusted':
    'If its administrator confirms the fingerprint, trust it for this server (--pin), or give its CA (--ca).',
  'certificate-changed': 'Trust the new one (--pin) only if its administrator confirms it.',
  'secret-in-app': 'Start the app, or give the password by --password-stdin or --vault.',
  'secret-missing': 'Give it again by --password-stdin.',
  'vault-unchosen':
    'Say --vault file (a file that only you can read, not encrypted) or --vault env (the environment, at each start).',
  'vault-keeps-nothing': 'Say --vault file (a file that only you can read, not encrypted).',
  'sign-in-asked': ({ server }) => `Sign in with: stevedore server sign-in ${shellWord(String(server))}`,
  'signed-out': ({ server }) => `Sign in again with: stevedore server sign-in ${shellWord(String(server))}`,
  'account-banned': ({ server }) =>
    `Ask its administrator, then sign in again with: stevedore server sign-in ${shellWord(String(server))}`,
  'sign-in-unanswered': 'Give it by an option of its own, or on standard input, a line each (--password-stdin).',
  'sign-in-page': 'Sign in with the app, or by --way oauth or --way token.',
  'web-address-unknown': 'Give the address of the page by --web.',
  'profile-unwritable': 'Give another by --profile.',
  'server-unknown': 'See them with: stevedore server list',
  'server-none': 'Add one with: stevedore server add ADDRESS',
  'server-choice': 'Name one by --server.',
  'server-name-taken': 'Give another name by --name.',
  'transfer-unknown': 'See them with: stevedore list',
  'share-unknown': 'See them with: stevedore share list',
  'share-ambiguous': 'Use the full link of one, or its key and --server NAME.',
};

/** What to do about a problem, as a terminal does it. */
const todoOf = ({ code, params }: ProblemView, otherwise: string): string => {
  const own = Object.hasOwn(inTerminal, code) ? inTerminal[code as ProblemCode] : undefined;
  return typeof own === 'function' ? own(params) : (own ?? otherwise);
};

/** All that is to be said of a problem: what happened, what it means, what to do. */
export const sentence = (problem: ProblemView): string => {
  const { todo } = describe(problem);
  const { message } = problem;
  // Words of another version stay as they are.
  return todo !== '' && message.endsWith(todo) ? message.slice(0, -todo.length) + todoOf(problem, todo) : message;
};

/** The same for a problem that met no upload: where uploads would go on by themselves, `outcome` is said. */
export const sentenceOfTry = (problem: ProblemView, outcome: string): string => {
  const { happened: what, means, todo } = describe(problem);
  return means.includes(goesOn)
    ? [what, outcome, todoOf(problem, todo)].filter((part) => part !== '').join(' ')
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
}): string => (localName === undefined ? name : `${localName} (stored as ${name})`);

const countdown = (until: number | undefined, now: number): string | undefined =>
  until === undefined || until <= now ? undefined : duration(until - now);

const waiting = (row: TransferView, now: number): string => {
  const left = countdown(row.waitUntil, now);
  switch (row.waitFor) {
    case 'network':
      return 'no network';
    case 'server':
      return left === undefined ? 'server busy' : `server busy, ${left}`;
    case 'schedule':
      return left === undefined ? 'scheduled' : `scheduled in ${left}`;
    case 'time':
    case undefined:
      return left === undefined ? `try ${row.attempts + 1}` : `try ${row.attempts + 1} in ${left}`;
  }
};

/** What a transfer is doing, in a few words. `now`: ms since the epoch, for countdowns. */
export const stateWords = (row: TransferView, now: number): string => {
  const moving = !['queued', 'paused', 'attention', 'failed', 'done', 'cancelled'].includes(row.state);
  if (row.wish !== 'run' && row.wish !== 'pause' && row.state !== 'cancelled' && row.state !== 'done')
    return row.serverWorks === true ? 'cancelling when the server has stored this chunk' : 'cancelling';
  if (row.undoUntil !== undefined) return 'cancelled, can be undone in the window';
  if (row.wish === 'pause' && moving)
    return row.serverWorks === true ? 'pausing when the server has stored this chunk' : 'pausing at the end of a chunk';
  if (row.serverWorks === true) return 'the server is working on it';
  if (row.state === 'waiting') return waiting(row, now);
  if (isLeftOut(row.state, row.problem)) return 'left out';
  return ({ preparing: 'reading', attention: 'needs you' } as Partial<Record<string, string>>)[row.state] ?? row.state;
};

/** Whole percent of what the server has acknowledged; 100 only when all is. */
export const percent = (row: { readonly size: number; readonly acknowledged: number }): number =>
  row.size === 0 ? 0 : Math.floor((row.acknowledged / row.size) * 100);

/** Rate and time left, where they are known. While the server works on a chunk, neither says when it will be done. */
export const speedWords = (row: TransferView): string => {
  if (row.serverWorks === true) return '';
  const { rate, leftMs } = row;
  return [rate === undefined ? '' : `${bytes(rate)}/s`, leftMs === undefined ? '' : `${duration(leftMs)} left`]
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
      return problem.code === 'signed-out'
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
    limits.fileSize === undefined ? '' : `files up to ${bytes(limits.fileSize)}`,
    !capabilities.expiry
      ? ''
      : limits.expirySeconds === undefined
        ? 'any expiry'
        : `kept at most ${duration(limits.expirySeconds * 1000)}`,
    limits.chunkSize === undefined ? '' : `chunks of ${bytes(limits.chunkSize)}`,
    !capabilities.groups ? '' : limits.groupSize === undefined ? 'groups' : `groups of up to ${limits.groupSize} files`,
    capabilities.zeroByteFiles ? '' : 'no empty files',
  ]
    .filter((part) => part !== '')
    .join(', ');
