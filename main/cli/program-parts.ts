/** Options and words that several commands have. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { UsageError } from './exits.ts';
import { collectSet } from './fields.ts';

/** A command line, parsed into what is to be done; resolves with the exit status. */
export type Action = () => Promise<number>;

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;

export const vaultOption = (help: string): Option => new Option('--vault <where>', help).choices(['file', 'env']);
export const passwordOption = (): Option =>
  new Option('--password-stdin', 'read the password from standard input: one line, its spaces belong to it');
export const serverOption = (help = 'server by name; else the default one'): Option =>
  new Option('-s, --server <name>', help);
export const limitOption = (): Option => new Option('--limit <n>', 'rows at most; all: no limit');

/** commander's own errors for what our readers throw. */
const collect = (word: string, before: readonly string[] | undefined): readonly string[] => {
  try {
    return collectSet(word, before);
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
};
export const setOption = (): Option =>
  new Option(
    '--set <key=value>',
    'what a kind of server asks for; may be repeated (see: stevedore server kinds)',
  ).argParser(collect);

export const withSecrets = (command: Command): Command =>
  command
    .addOption(vaultOption('open the password from the file or the environment where only the app could'))
    .addOption(passwordOption());

/** What an account's sign-in is answered with. */
export const withSignIn = (command: Command): Command =>
  command
    .option('--email <address>', 'account to sign in with')
    .option('--otp <code>', 'code of the second factor')
    .option('--captcha <text>', 'text of the picture, where it is known')
    .addOption(
      new Option(
        '--way <way>',
        'how to sign in: by its password, by agreeing in a browser, or by a pasted token',
      ).choices(['password', 'oauth', 'token']),
    )
    .addOption(
      new Option('--answer <key=value>', 'answer to another question of the sign-in; may be repeated').argParser(
        collect,
      ),
    );

/** What is saved of a server, beside its address and what its type asks for. */
export const withSaved = (command: Command, nameHelp: string): Command =>
  command
    .option('--name <name>', nameHelp)
    .option('--default', 'send there where no server is named')
    .addOption(
      vaultOption('where its password is kept: a file that only you can read, or the variable STEVEDORE_SECRET_NAME'),
    )
    .addOption(passwordOption())
    .option('--ca <file>', 'certificate authority to trust for it')
    .option('--pin <fingerprint>', 'SHA-256 fingerprint of the one certificate to trust for it')
    .option('--proxy <address>', 'proxy to reach it by: system, none, or an address')
    .addOption(setOption());
