/** The commands and options of `stevedore`, and the help that teaches them. What they do is loaded when it is needed. */
import { Command, type CommanderError } from 'commander';
import type { KindView } from '../../preload/contract.ts';
import { version } from '../version.ts';
import { exits } from './exits.ts';
import { addFields } from './fields.ts';
import { addAccountCommands } from './program-account.ts';
import {
  examples,
  passwordOption,
  serverOption,
  setOption,
  vaultOption,
  withSaved,
  withSecrets,
  withSignIn,
  type Action,
} from './program-parts.ts';
import { addQueueCommands } from './program-queue.ts';
import type { Host } from './session.ts';

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

const jsonHelp = `With --json every line of standard output is one JSON object with "event":
  progress, state, done, failed, attention, cancelled, paused (of a transfer; all have id, name, size, server, the last
  line of a transfer also shareKey, link, deleteKey), group, added, refused, notice, queue, error (code, message), and
  one event a row for lists: transfer, server, kind, share, account-share, folder, leftover, history, setting;
  sign-in tells what a sign-in asks for, answered by a line of standard input each.`;

const statusHelp = `Exit status: 0 all done or left out as asked, 1 some failed, 2 the command line is not right, 3 a person is needed (password, changed
file, full disk, …), 130 interrupted; what was under way goes on at the next start.`;

const withAdding = (command: Command): Command =>
  command
    .argument('<path...>', 'files and folders; after -- also those that begin with a dash')
    .addOption(serverOption())
    .option('-e, --expire <time>', 'how long the share is kept: 30m, 12h, 7d, 2w, 1y')
    .option('-k, --key <key>', 'share key that the link is to carry; for one file, or a group')
    .option('-g, --group', 'join all files under one link')
    .option('--priority <n>', 'higher goes first, -100 to 100')
    .option('--follow-links', 'send what symbolic links point to')
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
    .description('Sends files to the servers you chose, goes on after every break, and gives you the link.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .option('--profile <dir>', 'folder of the queue, the servers and the settings; else the one of the app')
    .option('--json', 'one JSON object a line on standard output, for programs')
    .option('-v, --verbose', 'show the codes of errors')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeOut: write.out, writeErr: write.err })
    .showHelpAfterError('More with --help.')
    .exitOverride()
    .addHelpCommand(
      new Command('help').argument('[command]').description('show help of a command').helpGroup('This program:'),
    )
    .addHelpText(
      'after',
      `${examples(
        'stevedore server add https://files.example.org    save a server',
        'stevedore upload holiday.zip                      send a file, wait, show the link',
        'stevedore upload --group --expire 7d *.jpg        several files under one link, for a week',
        'stevedore add big.iso && stevedore run            queue, then send what is queued',
        'stevedore list                                    what is where',
        'stevedore share revoke KEY                        take a share back',
      )}\n${statusHelp}\n\n${jsonHelp}`,
    );

  program.commandsGroup('Send:');
  hasFields(withAdding(program.command('upload')), 'transferFields')
    .description('Queue files and folders, send them, and wait until they have ended.')
    .option('--limit-rate <rate>', 'bytes a second over all transfers while this runs: 500k, 5M; none: no limit')
    .addOption(vaultOption('open the password from the file or the environment where only the app could'))
    .addOption(passwordOption())
    .addHelpText(
      'after',
      `${examples(
        'stevedore upload report.pdf',
        'stevedore upload --server nas --expire 12h --key party photos.zip',
        'stevedore upload --group a.jpg b.jpg c.jpg',
        'stevedore upload --json big.iso | tail -n 1        the last line carries the link and the delete key',
        'stevedore upload -- -odd-name.txt',
      )}
Ctrl-C stops at the end of the chunk under way; nothing that the server has acknowledged is sent again.
Go on with: stevedore run`,
    )
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { upload } = await import('./commands/uploading.ts');
      act(() => upload(host, paths, command.optsWithGlobals()));
    });
  hasFields(withAdding(program.command('add')), 'transferFields')
    .description('Queue files and folders. They are sent by run, by upload, or by the app when it runs.')
    .option('--paused', 'queue them paused')
    .addHelpText(
      'after',
      examples('stevedore add ~/Videos', 'stevedore add --priority 10 urgent.zip', 'stevedore run --until-idle'),
    )
    .action(async (paths: readonly string[], _: unknown, command: Command) => {
      const { add } = await import('./commands/adding.ts');
      act(() => add(host, paths, command.optsWithGlobals()));
    });
  withSecrets(program.command('run'))
    .description('Send what is queued, and what others add, until Ctrl-C.')
    .option('--until-idle', 'end when nothing goes on by itself any more')
    .option('--limit-rate <rate>', 'bytes a second over all transfers while this runs: 500k, 5M; none: no limit')
    .addOption(serverOption('whose password --password-stdin gives; else the default one’s'))
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

  program.commandsGroup('Servers and shares:');
  const server = program.command('server').description('Save, list, test, change and forget servers.');
  withSaved(hasFields(withSignIn(server.command('add')), 'serverFields'), 'what to call it; else as it calls itself')
    .description('Look what answers at an address, try it, and save it. Nothing is saved when it fails.')
    .argument('<address>', 'of its web page or its API')
    .option('--kind <kind>', 'kind of server, where it is not recognised (see: stevedore server kinds)')
    .addHelpText(
      'after',
      `${examples(
        'stevedore server add https://files.example.org',
        'stevedore server add https://api.example.org --web https://files.example.org --name work --default',
        'stevedore server add https://nas.local --password-stdin --vault file <password.txt',
        'stevedore server add https://cloud.example --email me@example.org --vault file',
        'stevedore server add https://cloud.example --way oauth --vault file',
      )}
What an account asks for is asked step by step at a terminal. Elsewhere --password-stdin gives the password as the first
line, and each further line answers what is asked next, in its order: a code, the text of a picture that was saved.
A password is never an argument: other programs could see it. What else a kind of server asks for is an option of its
own, such as --web: stevedore server kinds`,
    )
    .action(async (address: string, _: unknown, command: Command) => {
      const { serverAdd } = await import('./commands/servers.ts');
      act(() => serverAdd(host, address, command.optsWithGlobals()));
    });
  server
    .command('list')
    .description('Show the saved servers and what they allow.')
    .action(async (_: unknown, command: Command) => {
      const { serverList } = await import('./commands/servers.ts');
      act(() => serverList(host, command.optsWithGlobals()));
    });
  withSecrets(
    server
      .command('test')
      .description('Try a server: limits, password, what stands before it.')
      .argument('<name>', 'server'),
  ).action(async (name: string, _: unknown, command: Command) => {
    const { serverTest } = await import('./commands/servers.ts');
    act(() => serverTest(host, name, command.optsWithGlobals()));
  });
  withSaved(hasFields(server.command('update'), 'serverFields'), 'its new name')
    .description('Change the name, the password, the connection or the options of a server.')
    .argument('<name>', 'server')
    .addHelpText(
      'after',
      examples(
        'stevedore server update nas --name attic --default',
        'stevedore server update nas --password-stdin',
        'stevedore server update nas --set ignores-abort=no',
      ),
    )
    .action(async (name: string, _: unknown, command: Command) => {
      const { serverUpdate } = await import('./commands/servers.ts');
      act(() => serverUpdate(host, name, command.optsWithGlobals()));
    });
  server
    .command('remove')
    .description('Forget a server and its password. What it stores stays there.')
    .argument('<name>', 'server')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, _: unknown, command: Command) => {
      const { serverRemove } = await import('./commands/servers.ts');
      act(() => serverRemove(host, name, command.optsWithGlobals()));
    });
  server
    .command('kinds')
    .description('Show the kinds of servers, and what each asks for.')
    .action(async (_: unknown, command: Command) => {
      const { serverKinds } = await import('./commands/servers.ts');
      act(() => serverKinds(host, command.optsWithGlobals()));
    });
  addAccountCommands(host, program, act);

  program.commandsGroup('The window:');
  program
    .command('web')
    .description('Open the window to a browser, and send what is queued, until Ctrl-C.')
    .option('--port <n>', 'port on this machine; the next free one where it is taken (default: 7420)')
    .option('--open', 'open it in the browser of this machine')
    .option('--root <folder>', 'files below it can be chosen in the browser; else your home directory')
    .option('--listen <address>', 'address to listen on; beyond this machine only with a password (default: 127.0.0.1)')
    .option('--public-url <url>', 'address that browsers use, where a proxy stands before it; may have a path')
    .option('--password-stdin', 'set the password that browsers can sign in with: one line of standard input')
    .addOption(vaultOption('open the passwords of servers from the file or the environment where only the app could'))
    .option('--new-link', 'ask the window that runs for another sign-in link, and end')
    .option('--end-sign-ins', 'sign every browser out, and end')
    .addHelpText(
      'after',
      `${examples(
        'stevedore web --open',
        'stevedore web --new-link                          a link for one more browser',
        'stevedore web --listen 0.0.0.0 --public-url https://nas.example.org/up/ --password-stdin <password.txt',
      )}
A link signs one browser in, within 15 minutes; a browser stays signed in until it was not used for 90 days.
With --json one line is printed: {"url"}.`,
    )
    .action(async (_: unknown, command: Command) => {
      const { web } = await import('./commands/web.ts');
      act(() => web(host, command.optsWithGlobals()));
    });

  program.commandsGroup('This program:');
  program
    .command('settings')
    .description('Show or change a setting: at-once, per-server, limit-rate, expire, log-level.')
    .argument('[key]', 'setting')
    .argument('[value]', 'what it is to be')
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
    .description('Save what helps to look into a problem: versions, settings without secrets, the last of the log.')
    .argument('[file]', 'where to save it; - for standard output (default: a new file in this folder)')
    .addHelpText(
      'after',
      `${examples('stevedore diagnostics', 'stevedore diagnostics report.txt')}
The file holds no passwords, tokens, keys, links or paths. Read it before you send it. An existing file is never changed.`,
    )
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      const { diagnostics } = await import('./commands/diagnostics.ts');
      act(() => diagnostics(host, file, command.optsWithGlobals()));
    });
  program
    .command('practice')
    .description('Start a practice server on this machine: try uploads without a server of your own.')
    .option('--folder <dir>', 'where it keeps what it gets; else a folder of the profile')
    .option('--port <n>', 'port on this machine; else a free one')
    .option('--chunk-size <size>', 'size of the chunks it asks for, such as 2M')
    .addHelpText('after', examples('stevedore practice', 'stevedore practice --port 7430'))
    .action(async (_: unknown, command: Command) => {
      const { practice } = await import('./commands/practice.ts');
      act(() => practice(host, command.optsWithGlobals()));
    });
  program
    .command('completion')
    .description('Print what makes the Tab key complete commands, servers and transfers.')
    .argument('<shell>', 'bash, zsh or fish')
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
