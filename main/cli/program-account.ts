/** Commands about accounts and what they have: signing in and out, shares, folders, leftovers. */
import type { Command } from 'commander';
import { m } from '../../preload/paraglide/messages.js';
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

const withTerms = (command: Command): Command =>
  command
    .addOption(serverOption())
    .option('-e, --expire <time>', m.help_share_expire())
    .option('--downloads <n>', m.help_share_downloads())
    .option('--password-stdin', m.help_share_password_stdin())
    .addOption(vaultOption(m.help_option_vault()));

/** Adds `server sign-in|sign-out`, `share`, `folder` and `leftovers`. */
export const addAccountCommands = (host: Host, program: Command, act: (action: Action) => void): void => {
  const server = program.commands.find((command) => command.name() === 'server');
  if (server === undefined) throw new Error('no command server');
  withSignIn(server.command('sign-in'))
    .description(m.help_server_sign_in())
    .argument('<name>', m.help_arg_server())
    .addOption(vaultOption(m.help_server_sign_in_vault()))
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
    .description(m.help_server_sign_out())
    .argument('<name>', m.help_arg_server())
    .addOption(vaultOption(m.help_option_vault()))
    .action(async (name: string, _: unknown, command: Command) => {
      const { serverSignOut } = await import('./commands/signing.ts');
      act(() => serverSignOut(host, name, command.optsWithGlobals()));
    });

  const share = program.command('share').description(m.help_share());
  share
    .command('list')
    .description(m.help_share_list())
    .addOption(serverOption(m.help_share_list_server()))
    .addOption(vaultOption(m.help_option_vault()))
    .option('--search <text>', m.help_option_search())
    .addOption(limitOption())
    .action(async (_: unknown, command: Command) => {
      const { shareList } = await import('./commands/shares.ts');
      act(() => shareList(host, command.optsWithGlobals()));
    });
  withSecrets(
    share
      .command('revoke')
      .description(m.help_share_revoke())
      .argument('<key...>', m.help_share_revoke_key())
      .addOption(serverOption(m.help_share_revoke_server())),
  )
    .addHelpText(
      'after',
      examples('stevedore share revoke x7k2m9', 'stevedore share revoke https://cloud.example/s/x7k2m9'),
    )
    .action(async (keys: readonly string[], _: unknown, command: Command) => {
      const { shareRevoke } = await import('./commands/shares.ts');
      act(() => shareRevoke(host, keys, command.optsWithGlobals()));
    });

  withTerms(share.command('create').argument('<path...>', m.help_share_create_path()))
    .description(m.help_share_create())
    .addHelpText(
      'after',
      examples('stevedore share create /Films/holiday.mkv --expire 7d', 'stevedore share create /Music --downloads 3'),
    )
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { shareCreate } = await import('./commands/account-shares.ts');
      act(() => shareCreate(host, paths, command.optsWithGlobals()));
    });
  withTerms(share.command('edit').argument('<key...>', m.help_share_edit_key()))
    .description(m.help_share_edit())
    .option('--without-password', m.help_share_edit_without_password())
    .addHelpText('after', examples('stevedore share edit x7k2m9 --expire never --downloads any'))
    .action(async (keys: readonly string[], _: unknown, command: Command) => {
      const { shareEdit } = await import('./commands/account-shares.ts');
      act(() => shareEdit(host, keys, command.optsWithGlobals()));
    });

  share
    .command('extend')
    .argument('<key...>', m.help_share_revoke_key())
    .description(m.help_share_extend())
    .option('--by <time>', m.help_share_extend_by())
    .addOption(serverOption(m.help_share_revoke_server()))
    .addHelpText('after', examples('stevedore share extend x7k2m9', 'stevedore share extend x7k2m9 --by 30d'))
    .action(async (keys: readonly string[], _: unknown, command: Command) => {
      const { shareExtend } = await import('./commands/shares.ts');
      act(() => shareExtend(host, keys, command.optsWithGlobals()));
    });

  const folder = program.command('folder').description(m.help_folder());
  folder
    .command('list')
    .description(m.help_folder_list())
    .argument('[path]', m.help_folder_list_path())
    .addOption(serverOption())
    .addOption(vaultOption(m.help_option_vault()))
    .addHelpText('after', examples('stevedore folder list', 'stevedore folder list /Films --server cloud'))
    .action(async (path: string | undefined, _: unknown, command: Command) => {
      const { folderList } = await import('./commands/folders.ts');
      act(() => folderList(host, path, command.optsWithGlobals()));
    });
  folder
    .command('make')
    .description(m.help_folder_make())
    .argument('<path...>', m.help_folder_make_path())
    .addOption(serverOption())
    .addOption(vaultOption(m.help_option_vault()))
    .addHelpText('after', examples('stevedore folder make /Films/2026'))
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { folderMake } = await import('./commands/folders.ts');
      act(() => folderMake(host, paths, command.optsWithGlobals()));
    });
  program
    .command('leftovers')
    .description(m.help_leftovers())
    .argument('[id...]', m.help_leftovers_id())
    .addOption(serverOption())
    .option('--clean', m.help_leftovers_clean())
    .option('-y, --yes', m.help_option_yes())
    .addOption(vaultOption(m.help_option_vault()))
    .addHelpText('after', examples('stevedore leftovers', 'stevedore leftovers --server cloud --clean'))
    .action(async (ids: readonly string[], _: unknown, command: Command) => {
      const { leftovers } = await import('./commands/folders.ts');
      act(() => leftovers(host, ids, command.optsWithGlobals()));
    });
};
