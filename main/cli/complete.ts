/**
 * Answers `stevedore __complete -- WORDS…`, the last of which is being typed: a candidate a line, after a tab what it
 * is; `:files` where file names fit. Says nothing rather than an error.
 */
import type { Command, Option } from 'commander';
import type { Client, TransferView } from '../../preload/contract.ts';
import { decisionText } from '../../preload/decisions.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Host } from './session.ts';
import { safe } from './text.ts';

type Candidate = { readonly word: string; readonly help: string };
type Ask = (client: Client) => Promise<readonly Candidate[]>;

const files: Candidate = { word: ':files', help: '' };

const servers: Ask = async (client) =>
  (await client.call('servers.list', {})).map(({ name, address }) => ({ word: name, help: address }));
const ofTransfer = ({ id, name, state }: TransferView): Candidate => ({
  word: String(id),
  help: `${name} (${m.state_word({ state })})`,
});
const transfers: Ask = async (client) =>
  (await client.call('transfers.list', { limit: 200, order: 'newest' })).rows.map(ofTransfer);
/** Transfers that need a decision, and the decisions that they offer. */
const undecided: Ask = async (client) => {
  const pages = (['needs-you', 'failed'] as const).map((section) => ({ section, limit: 100 }));
  const rows = (await client.call('transfers.sections', { pages })).pages.flat();
  const offered = new Map(rows.flatMap(({ decisions = [] }) => decisions.map(({ id, label }) => [id, label] as const)));
  return [...rows.map(ofTransfer), ...[...offered].map(([word, label]) => ({ word, help: decisionText(label) }))];
};
const shares: Ask = async (client) =>
  (await client.call('shares.list', { limit: 200 })).rows.map(({ key, name }) => ({ word: key, help: name }));
const kinds: Ask = async (client) =>
  (await client.call('app.kinds', {})).map(({ kind, title }) => ({ word: kind, help: title }));
const fixed =
  (...words: readonly string[]): Ask =>
  () =>
    Promise.resolve(words.map((word) => ({ word, help: '' })));
const anyFile: Ask = () => Promise.resolve([files]);

/** What the value of an option may be, by its name. */
const optionValues: Readonly<Record<string, Ask>> = {
  '--server': servers,
  '--profile': anyFile,
  '--ca': anyFile,
  '--root': anyFile,
  '--kind': kinds,
  '--before': transfers,
  '--after': transfers,
  '--expire': fixed('1h', '12h', '1d', '7d', '30d'),
  '--proxy': fixed('system', 'none'),
  '--limit': fixed('all'),
  '--downloads': fixed('1', '10', 'any'),
};

/** What the arguments of a command are, by the way to it. */
const argumentsOf: Readonly<Record<string, Ask>> = {
  upload: anyFile,
  add: anyFile,
  show: transfers,
  pause: transfers,
  resume: transfers,
  retry: transfers,
  cancel: transfers,
  remove: transfers,
  move: transfers,
  priority: transfers,
  change: transfers,
  decide: undecided,
  diagnostics: anyFile,
  'server test': servers,
  'server update': servers,
  'server remove': servers,
  'server sign-in': servers,
  'server sign-out': servers,
  'share revoke': shares,
  'share edit': shares,
  'share extend': shares,
  settings: fixed('at-once', 'per-server', 'limit-rate', 'expire', 'log-level', 'on-battery', 'exclude'),
  completion: fixed('bash', 'zsh', 'fish'),
};

const findOption = (chain: readonly Command[], flag: string): Option | undefined =>
  chain.flatMap((command) => command.options).find((option) => option.long === flag || option.short === flag);

const takesValue = (option: Option | undefined): boolean => option?.required === true || option?.optional === true;

/** Candidates for the last of the words. `program`: the commands, unparsed. */
export const candidates = async (
  program: Command,
  words: readonly string[],
  ask: (ask: Ask, profile: string | undefined) => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> => {
  const typed = words.at(-1) ?? '';
  const chain = [program];
  let profile: string | undefined;
  let waiting: Option | undefined;
  let onlyFiles = false;
  let operands = 0;
  for (const word of words.slice(0, -1)) {
    const command = chain.at(-1) ?? program;
    if (waiting !== undefined) {
      if (waiting.long === '--profile') profile = word;
      waiting = undefined;
    } else if (word === '--') onlyFiles = true;
    else if (!onlyFiles && word.startsWith('-')) {
      const option = findOption(chain, word);
      if (takesValue(option)) waiting = option;
    } else {
      const next = command.commands.find((one) => one.name() === word);
      if (next === undefined || operands > 0) operands++;
      else chain.push(next);
    }
  }
  const command = chain.at(-1) ?? program;
  const matching = async (asked: Ask): Promise<readonly Candidate[]> =>
    (await ask(asked, profile)).filter((one) => one === files || one.word.startsWith(typed));
  if (waiting !== undefined) {
    const asked = waiting.argChoices === undefined ? optionValues[waiting.long ?? ''] : fixed(...waiting.argChoices);
    return asked === undefined ? [] : matching(asked);
  }
  if (typed.startsWith('-') && !onlyFiles)
    return matching(() =>
      Promise.resolve(
        chain
          .toReversed()
          .flatMap((one) => one.options)
          .map((option) => ({ word: option.long ?? option.short ?? '', help: option.description })),
      ),
    );
  if (command.commands.length > 0)
    return matching(() =>
      Promise.resolve(command.commands.map((one) => ({ word: one.name(), help: one.description() }))),
    );
  const way = chain
    .slice(1)
    .map((one) => one.name())
    .join(' ');
  const asked = argumentsOf[way];
  return asked === undefined ? [] : matching(asked);
};

/** Writes the candidates. Always succeeds: a shell in the middle of a line is no place for errors. */
export const complete = async (host: Host, program: Command, words: readonly string[]): Promise<void> => {
  const ask = async (asked: Ask, profile: string | undefined): Promise<readonly Candidate[]> => {
    if (![servers, transfers, undecided, shares, kinds].includes(asked)) return asked(unconnected);
    const connection = await host.connect({ serve: false, ...(profile === undefined ? {} : { profile }) });
    try {
      return await asked(connection.client);
    } finally {
      await connection.stop('chunk');
    }
  };
  const found = await candidates(program, words, ask).catch(() => []);
  for (const { word, help } of found)
    host.io.stdout.write(help === '' ? `${safe(word)}\n` : `${safe(word)}\t${safe(help)}\n`);
};

/** For what needs nobody. */
const unconnected: Client = {
  call: () => Promise.reject(new Error('not connected')),
  on: () => () => undefined,
  close: () => Promise.resolve(),
};
