/** Commands about accounts and what they have: signing in and out, shares, folders, leftovers. */
import type { Command } from 'commander';
import {
  examples,
  limitOption,
  passwordOption,
  serverOption,
  vaultOption,
  withSecrets,
  withSignIn,
  type Action,
} from './program-parts.ts';
import type { Host } from './session.ts';

const openVault = 'open the password from the file or the environment where only the app could';

const withTerms = (command: Command): Command =>
  command
    .addOption(serverOption())
    .option('-e, --expire <time>', 'how long it can be opened: 12h, 7d, 2w; never: without an end')
    .option('--downloads <n>', 'how often it can be downloaded; any: without a limit')
    .option('--password-stdin', 'read the password of the share from standard input')
    .addOption(vaultOption(openVault));

/** Adds `server sign-in|sign-out`, `share`, `folder` and `leftovers`. */
export const addAccountCommands = (host: Host, program: Command, act: (action: Action) => void): void => {
  const server = program.commands.find((command) => command.name() === 'server');
  if (server === undefined) throw new Error('no command server');
  withSignIn(server.command('sign-in'))
    .description('Sign in to a saved server again; what waited for that goes on.')
    .argument('<name>', 'server')
    .addOption(vaultOption('where what signs in is kept from now on; else where it is kept now'))
    .addOption(passwordOption())
    .addHelpText(
      'after',
      examples('stevedore server sign-in cloud', 'stevedore server sign-in cloud --password-stdin <password.txt'),
    )
    .action(async (name: string, _: unknown, command: Command) => {
      const { serverSignIn } = await import('./commands/signing.ts');
      act(() => serverSignIn(host, name, command.optsWithGlobals()));
    });
  server
    .command('sign-out')
    .description('End what is signed in, there and here. Its transfers wait for the next sign-in.')
    .argument('<name>', 'server')
    .addOption(vaultOption(openVault))
    .action(async (name: string, _: unknown, command: Command) => {
      const { serverSignOut } = await import('./commands/signing.ts');
      act(() => serverSignOut(host, name, command.optsWithGlobals()));
    });

  const share = program.command('share').description('Make, list and change shares, and take them back.');
  share
    .command('list')
    .description('Show what is shared, newest first.')
    .addOption(serverOption('only that of a server; where it has accounts, all of the account’s'))
    .addOption(vaultOption(openVault))
    .option('--search <text>', 'only names that hold the text')
    .addOption(limitOption())
    .action(async (_: unknown, command: Command) => {
      const { shareList } = await import('./commands/shares.ts');
      act(() => shareList(host, command.optsWithGlobals()));
    });
  withSecrets(
    share
      .command('revoke')
      .description('Take shares back: the server removes the files.')
      .argument('<key...>', 'links, keys or names of shares, of any server')
      .addOption(serverOption('the server that has them; else any')),
  )
    .addHelpText(
      'after',
      examples('stevedore share revoke x7k2m9', 'stevedore share revoke https://cloud.example/s/x7k2m9'),
    )
    .action(async (keys: readonly string[], _: unknown, command: Command) => {
      const { shareRevoke } = await import('./commands/shares.ts');
      act(() => shareRevoke(host, keys, command.optsWithGlobals()));
    });

  withTerms(share.command('create').argument('<path...>', 'files and folders on the server'))
    .description('Share what the account has already, and show the link.')
    .addHelpText(
      'after',
      examples('stevedore share create /Films/holiday.mkv --expire 7d', 'stevedore share create /Music --downloads 3'),
    )
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { shareCreate } = await import('./commands/account-shares.ts');
      act(() => shareCreate(host, paths, command.optsWithGlobals()));
    });
  withTerms(share.command('edit').argument('<key...>', 'links, keys or names of shares, of any account'))
    .description('Change shares of an account; what is not named stays as it is.')
    .option('--without-password', 'let it be opened without a password')
    .addHelpText('after', examples('stevedore share edit x7k2m9 --expire never --downloads any'))
    .action(async (keys: readonly string[], _: unknown, command: Command) => {
      const { shareEdit } = await import('./commands/account-shares.ts');
      act(() => shareEdit(host, keys, command.optsWithGlobals()));
    });

  const folder = program.command('folder').description('List and make folders on a server.');
  folder
    .command('list')
    .description('Show the folders in a folder, and the room that is used.')
    .argument('[path]', 'folder on the server; else its root')
    .addOption(serverOption())
    .addOption(vaultOption(openVault))
    .addHelpText('after', examples('stevedore folder list', 'stevedore folder list /Films --server cloud'))
    .action(async (path: string | undefined, _: unknown, command: Command) => {
      const { folderList } = await import('./commands/folders.ts');
      act(() => folderList(host, path, command.optsWithGlobals()));
    });
  folder
    .command('make')
    .description('Make folders, and those above them.')
    .argument('<path...>', 'folders on the server')
    .addOption(serverOption())
    .addOption(vaultOption(openVault))
    .addHelpText('after', examples('stevedore folder make /Films/2026'))
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { folderMake } = await import('./commands/folders.ts');
      act(() => folderMake(host, paths, command.optsWithGlobals()));
    });
  program
    .command('leftovers')
    .description('Show what broken uploads left on a server, and the room that it holds.')
    .argument('[id...]', 'only these')
    .addOption(serverOption())
    .option('--clean', 'remove it there; what is under way here stays')
    .option('-y, --yes', 'do not ask')
    .addOption(vaultOption(openVault))
    .addHelpText('after', examples('stevedore leftovers', 'stevedore leftovers --server cloud --clean'))
    .action(async (ids: readonly string[], _: unknown, command: Command) => {
      const { leftovers } = await import('./commands/folders.ts');
      act(() => leftovers(host, ids, command.optsWithGlobals()));
    });
};
