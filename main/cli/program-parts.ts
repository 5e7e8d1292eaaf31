/** Options and words that several commands have. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { m } from '../../preload/paraglide/messages.js';
import { UsageError } from './exits.ts';
import { collectSet } from './fields.ts';

/** A command line, parsed into what is to be done; resolves with the exit status. */
export type Action = () => Promise<number>;

/** Command lines to learn from; some with what they do. */
export const examples = (...lines: readonly (string | readonly [line: string, does: string])[]): string => {
  const shown = lines.map((line) => (typeof line === 'string' ? line : `${line[0].padEnd(50)}${line[1]}`));
  return `\n${m.help_examples()}\n${shown.map((line) => `  ${line}`).join('\n')}\n`;
};

export const vaultOption = (help: string): Option => new Option('--vault <where>', help).choices(['file', 'env']);
export const passwordOption = (): Option => new Option('--password-stdin', m.help_option_password_stdin());
export const serverOption = (help: string = m.help_option_server()): Option => new Option('-s, --server <name>', help);
export const limitOption = (): Option => new Option('--limit <n>', m.help_option_limit());

/** commander's own errors for what our readers throw. */
const collect = (word: string, before: readonly string[] | undefined): readonly string[] => {
  try {
    return collectSet(word, before);
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
};
export const setOption = (): Option => new Option('--set <key=value>', m.help_option_set()).argParser(collect);

/** One that may be given several times; each is a pattern as a `.gitignore` has it. */
export const patternOption = (flags: string, help: string): Option =>
  new Option(flags, help).argParser((word: string, before: readonly string[] | undefined) => [...(before ?? []), word]);

export const withSecrets = (command: Command): Command =>
  command.addOption(vaultOption(m.help_option_vault())).addOption(passwordOption());

const ways = ['password', 'browser', 'token'];
/** How to sign in. `oauth` is what `browser` was called before. */
const wayOption = (): Option =>
  new Option('--way <way>', m.help_sign_in_way()).choices(ways).argParser((word) => {
    const way = word === 'oauth' ? 'browser' : word;
    if (ways.includes(way)) return way;
    throw new InvalidArgumentError(m.usage_way({ ways: ways.join(', ') }));
  });

/** What an account's sign-in is answered with. */
export const withSignIn = (command: Command): Command =>
  command
    .option('--email <address>', m.help_sign_in_email())
    .option('--otp <code>', m.help_sign_in_otp())
    .option('--captcha <text>', m.help_sign_in_captcha())
    .addOption(wayOption())
    .addOption(new Option('--answer <key=value>', m.help_sign_in_answer()).argParser(collect));

/** What is saved of a server, beside its address and what its type asks for. */
export const withSaved = (command: Command, nameHelp: string): Command =>
  command
    .option('--name <name>', nameHelp)
    .option('--default', m.help_option_default())
    .addOption(vaultOption(m.help_option_vault_kept()))
    .addOption(passwordOption())
    .option('--ca <file>', m.help_option_ca())
    .option('--pin <fingerprint>', m.help_option_pin())
    .option('--proxy <address>', m.help_option_proxy())
    .addOption(setOption());
