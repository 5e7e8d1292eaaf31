/** Commands about the queue: what is in it, what is wanted of it, its order, and what has ended. */
import { endedStates } from '../../preload/states.ts';
import { Option, type Command } from 'commander';
import { examples, limitOption, serverOption, withSecrets, type Action } from './program-parts.ts';
import type { Host } from './session.ts';

/** `which`: those that `--all` and `--server` mean, in words. */
const withTargets = (command: Command, what: string, which = 'all transfers'): Command =>
  command
    .argument('[id...]', 'transfers, by the ids of: stevedore list')
    .option('-a, --all', `${what} ${which}`)
    .addOption(serverOption(`${what} ${which} of a server`));

/** Adds `list`, `show`, `pause|resume|retry|cancel|remove`, `decide`, `move`, `priority` and `history`. */
export const addQueueCommands = (host: Host, program: Command, act: (action: Action) => void): void => {
  program.commandsGroup('The queue:');
  program
    .command('list')
    .description('Show the transfers, in the order they are sent.')
    .addOption(serverOption('only those of a server'))
    .option(
      '--state <state,…>',
      'only those in these states: queued, uploading, waiting, done, failed, paused, attention, …',
    )
    .option('--search <text>', 'only those whose name holds the text')
    .option('--newest', 'newest first')
    .addOption(limitOption())
    .addHelpText('after', examples('stevedore list --state failed,attention', 'stevedore list --json --state done'))
    .action(async (_: unknown, command: Command) => {
      const { list } = await import('./commands/lists.ts');
      act(() => list(host, command.optsWithGlobals()));
    });
  program
    .command('show')
    .description('Show all of a transfer: chunks, keys, and what happened to it.')
    .argument('<id...>', 'transfers, by the ids of: stevedore list')
    .addHelpText('after', examples('stevedore show 12'))
    .action(async (ids: readonly string[], _: unknown, command: Command) => {
      const { show } = await import('./commands/lists.ts');
      act(() => show(host, ids, command.optsWithGlobals()));
    });
  const wishes = [
    [
      'pause',
      'Pause transfers. Everything the server confirmed is kept.',
      'pause 3',
      'all transfers that are queued or active',
    ],
    ['resume', 'Resume paused transfers.', 'resume --all', 'all paused transfers'],
    [
      'retry',
      'Retry transfers that failed or need attention. One that was cancelled or skipped is retried by its id alone.',
      'retry 12',
      'all transfers that failed or need attention',
    ],
    [
      'cancel',
      'Cancel transfers, and clean up what the server has of them.',
      'cancel 3 4',
      'all transfers that are not completed',
    ],
    [
      'remove',
      'Remove transfers from the list; unfinished ones are cancelled first. Shares and history stay.',
      'remove 7',
      'all transfers',
    ],
  ] as const;
  for (const [wish, description, example, which] of wishes) {
    const command = withTargets(program.command(wish), wish, which).description(description);
    if (wish === 'retry')
      command
        .option('--send-new', 'the same as: decide upload-changed')
        .addOption(
          new Option('--conflict <what>', 'the same as: decide skip, rename or new-version').choices([
            'skip',
            'rename',
            'version',
          ]),
        );
    if (wish === 'cancel' || wish === 'remove') {
      command.option('-y, --yes', 'do not ask before many go');
      withSecrets(command);
    }
    command
      .addHelpText('after', examples(`stevedore ${example}`))
      .action(async (ids: readonly string[], _: unknown, own: Command) => {
        const { wishFor } = await import('./commands/wishes.ts');
        act(() => wishFor(host, wish, ids, own.optsWithGlobals()));
      });
  }
  withSecrets(
    program
      .command('decide')
      .description('Decide about transfers that failed or need attention. list and show print what can be decided.')
      .argument('<id|decision...>', 'ids of transfers, then the decision: decide 12 13 skip')
      .option('-a, --all', 'all transfers that offer the decision')
      .addOption(serverOption('all transfers of a server that offer the decision'))
      .option('--name <name>', 'for rename: the name on the server')
      .option('--to <server>', 'for other-server: the server that gets the file')
      .option('--fingerprint <sha256>', 'for trust-certificate: the fingerprint that you confirmed'),
  )
    .addHelpText(
      'after',
      examples(
        'stevedore decide 12 upload-changed',
        'stevedore decide 12 rename --name "report 2.pdf"',
        'stevedore decide --all skip',
      ),
    )
    .action(async (words: readonly string[], _: unknown, command: Command) => {
      const { decide } = await import('./commands/wishes.ts');
      act(() => decide(host, words, command.optsWithGlobals()));
    });
  program
    .command('move')
    .description('Change the order in which transfers are sent.')
    .argument('<id...>', 'transfers, by the ids of: stevedore list')
    .option('--first', 'before all others')
    .option('--last', 'after all others')
    .option('--before <id>', 'before another one')
    .option('--after <id>', 'after another one')
    .addHelpText('after', examples('stevedore move 7 --first', 'stevedore move 7 8 --before 3'))
    .action(async (ids: readonly string[], _: unknown, command: Command) => {
      const { move } = await import('./commands/wishes.ts');
      act(() => move(host, ids, command.optsWithGlobals()));
    });
  withTargets(program.command('priority').argument('<n>', 'higher goes first, -100 to 100; 0 is the usual'), 'change')
    .description('Send transfers sooner or later than others.')
    .addHelpText('after', examples('stevedore priority 10 7'))
    .action(async (value: string, ids: readonly string[], _: unknown, command: Command) => {
      const { priority } = await import('./commands/wishes.ts');
      act(() => priority(host, value, ids, command.optsWithGlobals()));
    });
  program
    .command('history')
    .description('Show what has ended, newest first; it stays when transfers are removed.')
    .addOption(serverOption('only that of a server'))
    .option('--search <text>', 'only names that hold the text')
    .addOption(new Option('--ending <how>', 'only what ended so').choices(endedStates))
    .addOption(limitOption())
    .addHelpText('after', examples('stevedore history --ending failed', 'stevedore history --json --limit 10'))
    .action(async (_: unknown, command: Command) => {
      const { history } = await import('./commands/lists.ts');
      act(() => history(host, command.optsWithGlobals()));
    });
};
