/** The commands and options of `stevedore`, and the help that teaches them. What they do is loaded when it is needed. */
import { Command, Option, type CommanderError } from 'commander';
import type { KindView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { version } from '../version.ts';
import { exits } from './exits.ts';
import { addFields } from './fields.ts';
import { addAccountCommands } from './program-account.ts';
import {
  examples,
  passwordOption,
  serverOption,
  patternOption,
  setOption,
  vaultOption,
  withSaved,
  withSecrets,
  withSignIn,
  type Action,
} from './program-parts.ts';
import { changeCommand } from './program-change.ts';
import { addQueueCommands } from './program-queue.ts';
import type { Host } from './session.ts';
import { knownPlaceholders } from './template.ts';

/** An option that no command here has, but that a kind of server may ask for. */
export class FieldWanted extends Error {
  readonly refusal: CommanderError;
  readonly profile: string | undefined;
  constructor(refusal: CommanderError, profile: string | undefined) {
    super(refusal.message);
    this.refusal = refusal;
    this.profile = profile;
  }
}

const withAdding = (command: Command): Command =>
  command
    .argument('<path...>', m.help_arg_paths())
    .addOption(serverOption())
    .option('-e, --expire <time>', m.help_option_expire())
    .option('-k, --key <key>', m.help_option_key())
    .option('-g, --group', m.help_option_group())
    .option('--priority <n>', m.help_option_priority())
    .option('--follow-links', m.help_option_follow_links())
    .option('--again', m.help_option_again())
    .addOption(patternOption('--exclude <pattern>', m.help_option_exclude()))
    .addOption(patternOption('--include <pattern>', m.help_option_include()))
    .option('--no-default-excludes', m.help_option_no_default_excludes())
    .addOption(setOption());

/**
 * Builds the commands. `fields`: options that kinds of servers add. Each command only notes its `Action`; `act` gets
 * it, so that parsing never waits for anything.
 */
export const createProgram = (
  host: Host,
  write: { readonly out: (text: string) => void; readonly err: (text: string) => void },
  act: (action: Action) => void,
  kinds?: readonly KindView[],
): Command => {
  const program = new Command('stevedore');
  /** Unknown options of this command may be fields of a kind of server: who asks looks them up and parses again. */
  const hasFields = (command: Command, which: 'serverFields' | 'transferFields'): Command => {
    if (kinds === undefined)
      return command.exitOverride((error) => {
        const { profile } = program.opts<{ profile?: string }>();
        throw error.code === 'commander.unknownOption' ? new FieldWanted(error, profile) : error;
      });
    addFields(
      command,
      kinds.flatMap((kind) => kind[which]),
    );
    return command;
  };

  program
    .description(m.help_program())
    .version(version, '-V, --version', m.help_version())
    .helpOption('-h, --help', m.help_option_help())
    .option('--profile <dir>', m.help_profile())
    .option('--json', m.help_json())
    .option('-v, --verbose', m.help_verbose())
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeOut: write.out, writeErr: write.err })
    .showHelpAfterError(m.help_more())
    .exitOverride()
    .addHelpCommand(
      new Command('help').argument('[command]').description(m.help_help()).helpGroup(m.help_group_this_program()),
    )
    .addHelpText(
      'after',
      `${examples(
        ['stevedore server add https://files.example.org', m.help_example_server_add()],
        ['stevedore upload holiday.zip', m.help_example_upload()],
        ['stevedore upload --group --expire 7d *.jpg', m.help_example_group()],
        ['stevedore add big.iso && stevedore run', m.help_example_add()],
        ['stevedore list', m.help_example_list()],
        ['stevedore share revoke KEY', m.help_example_revoke()],
      )}\n${m.help_exit_status()}\n\n${m.help_with_json()}`,
    );

  program.commandsGroup(m.help_group_send());
  hasFields(withAdding(program.command('upload')), 'transferFields')
    .description(m.help_upload())
    .option('--limit-rate <rate>', m.help_option_limit_rate())
    .option('--template <template>', m.help_option_template({ known: knownPlaceholders() }))
    .addOption(vaultOption(m.help_option_vault()))
    .addOption(passwordOption())
    .addHelpText(
      'after',
      `${examples(
        'stevedore upload report.pdf',
        'stevedore upload --server nas --expire 12h --key party photos.zip',
        'stevedore upload --group a.jpg b.jpg c.jpg',
        ['stevedore upload --json big.iso | tail -n 1', m.help_example_upload_json()],
        'stevedore upload -- -odd-name.txt',
      )}\n${m.help_upload_more()}`,
    )
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { upload } = await import('./commands/uploading.ts');
      act(() => upload(host, paths, command.optsWithGlobals()));
    });
  hasFields(withAdding(program.command('add')), 'transferFields')
    .description(m.help_add())
    .option('--paused', m.help_add_paused())
    .addHelpText(
      'after',
      examples('stevedore add ~/Videos', 'stevedore add --priority 10 urgent.zip', 'stevedore run --until-idle'),
    )
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { add } = await import('./commands/adding.ts');
      act(() => add(host, paths, command.optsWithGlobals()));
    });
  withSecrets(program.command('run'))
    .description(m.help_run())
    .option('--until-idle', m.help_run_until_idle())
    .option('--limit-rate <rate>', m.help_option_limit_rate())
    .addOption(serverOption(m.help_run_server()))
    .addHelpText(
      'after',
      examples(
        'stevedore run --until-idle',
        'stevedore run --limit-rate 2M',
        'stevedore run --password-stdin <password.txt',
      ),
    )
    .action(async (_: unknown, command: Command) => {
      const { run } = await import('./commands/uploading.ts');
      act(() => run(host, command.optsWithGlobals()));
    });

  addQueueCommands(host, program, act);
  hasFields(changeCommand(host, program, act), 'transferFields');

  program.commandsGroup(m.help_group_servers_and_shares());
  const server = program.command('server').description(m.help_server());
  withSaved(hasFields(withSignIn(server.command('add')), 'serverFields'), m.help_server_add_name())
    .description(m.help_server_add())
    .argument('<address>', m.help_server_add_address())
    .option('--kind <kind>', m.help_server_add_kind())
    .addHelpText(
      'after',
      `${examples(
        'stevedore server add https://files.example.org',
        'stevedore server add https://api.example.org --web https://files.example.org --name work --default',
        'stevedore server add https://nas.local --password-stdin --vault file <password.txt',
        'stevedore server add https://cloud.example --email me@example.org --vault file',
        'stevedore server add https://cloud.example --way browser --vault file',
      )}\n${m.help_server_add_more()}`,
    )
    .action(async (address: string, _: unknown, command: Command) => {
      const { serverAdd } = await import('./commands/servers.ts');
      act(() => serverAdd(host, address, command.optsWithGlobals()));
    });
  server
    .command('list')
    .description(m.help_server_list())
    .action(async (_: unknown, command: Command) => {
      const { serverList } = await import('./commands/servers.ts');
      act(() => serverList(host, command.optsWithGlobals()));
    });
  withSecrets(server.command('test').description(m.help_server_test()).argument('<name>', m.help_arg_server())).action(
    async (name: string, _: unknown, command: Command) => {
      const { serverTest } = await import('./commands/servers.ts');
      act(() => serverTest(host, name, command.optsWithGlobals()));
    },
  );
  withSaved(hasFields(server.command('update'), 'serverFields'), m.help_server_update_name())
    .description(m.help_server_update())
    .argument('<name>', m.help_arg_server())
    .option('--template <template>', m.help_server_template({ known: knownPlaceholders() }))
    .addOption(new Option('--copy-links <what>', m.help_server_copy_links()).choices(['yes', 'no', 'default']))
    .option('--address <address>', m.help_server_update_address())
    .option('--same-server', m.help_server_update_same())
    .addHelpText(
      'after',
      examples(
        'stevedore server update nas --name attic --default',
        'stevedore server update nas --password-stdin',
        'stevedore server update nas --address https://files.example.org',
        'stevedore server update nas --set ignores-abort=no',
      ),
    )
    .action(async (name: string, _: unknown, command: Command) => {
      const { serverUpdate } = await import('./commands/servers.ts');
      act(() => serverUpdate(host, name, command.optsWithGlobals()));
    });
  server
    .command('remove')
    .description(m.help_server_remove())
    .argument('<name>', m.help_arg_server())
    .option('-y, --yes', m.help_option_yes())
    .action(async (name: string, _: unknown, command: Command) => {
      const { serverRemove } = await import('./commands/servers.ts');
      act(() => serverRemove(host, name, command.optsWithGlobals()));
    });
  server
    .command('kinds')
    .description(m.help_server_kinds())
    .action(async (_: unknown, command: Command) => {
      const { serverKinds } = await import('./commands/servers.ts');
      act(() => serverKinds(host, command.optsWithGlobals()));
    });
  addAccountCommands(host, program, act);

  program.commandsGroup(m.help_group_the_window());
  program
    .command('web')
    .description(m.help_web())
    .option('--port <n>', m.help_web_port())
    .option('--open', m.help_web_open())
    .option('--root <folder>', m.help_web_root())
    .option('--listen <address>', m.help_web_listen())
    .option('--public-url <url>', m.help_web_public_url())
    .option('--password-stdin', m.help_web_password_stdin())
    .addOption(vaultOption(m.help_web_vault()))
    .option('--new-link', m.help_web_new_link())
    .option('--end-sign-ins', m.help_web_end_sign_ins())
    .addHelpText(
      'after',
      `${examples(
        'stevedore web --open',
        ['stevedore web --new-link', m.help_example_web_link()],
        'stevedore web --listen 0.0.0.0 --public-url https://nas.example.org/up/ --password-stdin <password.txt',
      )}\n${m.help_web_more({ shape: '{"url"}' })}`,
    )
    .action(async (_: unknown, command: Command) => {
      const { web } = await import('./commands/web.ts');
      act(() => web(host, command.optsWithGlobals()));
    });

  program.commandsGroup(m.help_group_this_program());
  program
    .command('settings')
    .description(m.help_settings())
    .argument('[key]', m.help_settings_key())
    .argument('[value]', m.help_settings_value())
    .addHelpText(
      'after',
      examples(
        'stevedore settings',
        'stevedore settings at-once 3',
        'stevedore settings limit-rate none',
        'stevedore settings expire 7d',
        'stevedore settings log-level debug',
      ),
    )
    .action(async (key: string | undefined, value: string | undefined, _: unknown, command: Command) => {
      const { settings } = await import('./commands/settings.ts');
      act(() => settings(host, key, value, command.optsWithGlobals()));
    });
  program
    .command('diagnostics')
    .description(m.help_diagnostics())
    .argument('[file]', m.help_diagnostics_file())
    .addHelpText(
      'after',
      `${examples('stevedore diagnostics', 'stevedore diagnostics report.txt')}\n${m.help_diagnostics_more()}`,
    )
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      const { diagnostics } = await import('./commands/diagnostics.ts');
      act(() => diagnostics(host, file, command.optsWithGlobals()));
    });
  program
    .command('practice')
    .description(m.help_practice())
    .option('--folder <dir>', m.help_practice_folder())
    .option('--port <n>', m.help_practice_port())
    .option('--chunk-size <size>', m.help_practice_chunk_size())
    .addHelpText('after', examples('stevedore practice', 'stevedore practice --port 7430'))
    .action(async (_: unknown, command: Command) => {
      const { practice } = await import('./commands/practice.ts');
      act(() => practice(host, command.optsWithGlobals()));
    });
  program
    .command('completion')
    .description(m.help_completion())
    .argument('<shell>', m.help_completion_shell())
    .addHelpText(
      'after',
      examples(
        "echo 'source <(stevedore completion bash)' >> ~/.bashrc",
        "echo 'source <(stevedore completion zsh)' >> ~/.zshrc",
        'stevedore completion fish > ~/.config/fish/completions/stevedore.fish',
      ),
    )
    .action(async (shell: string) => {
      const { completionScript } = await import('./completion-scripts.ts');
      act(() => {
        write.out(completionScript(shell));
        return Promise.resolve(exits.done);
      });
    });
  return program;
};
