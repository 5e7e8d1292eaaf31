/** Commands about the queue: what is in it, what is wanted of it, its order, and what has ended. */
import { endedStates } from '../../preload/states.ts';
import { Option, type Command } from 'commander';
import { m } from '../../preload/paraglide/messages.js';
import { examples, limitOption, serverOption, withSecrets, type Action } from './program-parts.ts';
import type { Host } from './session.ts';

/** `all`, `ofServer`: what `--all` and `--server` mean, in words. */
const withTargets = (command: Command, all: string, ofServer: string): Command =>
  command.argument('[id...]', m.help_arg_ids()).option('-a, --all', all).addOption(serverOption(ofServer));

/** Adds `list`, `show`, `pause|resume|retry|cancel|remove`, `decide`, `move`, `priority` and `history`. */
export const addQueueCommands = (host: Host, program: Command, act: (action: Action) => void): void => {
  program.commandsGroup(m.help_group_the_queue());
  program
    .command('list')
    .description(m.help_list())
    .addOption(serverOption(m.help_list_server()))
    .option('--state <state,…>', m.help_list_state())
    .option('--search <text>', m.help_list_search())
    .option('--newest', m.help_list_newest())
    .option('--all-files', m.help_list_all_files())
    .addOption(limitOption())
    .addHelpText('after', examples('stevedore list --state failed,attention', 'stevedore list --json --state done'))
    .action(async (_: unknown, command: Command) => {
      const { list } = await import('./commands/lists.ts');
      act(() => list(host, command.optsWithGlobals()));
    });
  program
    .command('show')
    .description(m.help_show())
    .argument('<id...>', m.help_arg_ids())
    .addHelpText('after', examples('stevedore show 12'))
    .action(async (ids: readonly string[], _: unknown, command: Command) => {
      const { show } = await import('./commands/lists.ts');
      act(() => show(host, ids, command.optsWithGlobals()));
    });
  const wishes = [
    ['pause', 'pause 3', m.help_pause(), m.help_pause_all(), m.help_pause_server()],
    ['resume', 'resume --all', m.help_resume(), m.help_resume_all(), m.help_resume_server()],
    ['retry', 'retry 12', m.help_retry(), m.help_retry_all(), m.help_retry_server()],
    ['cancel', 'cancel 3 4', m.help_cancel(), m.help_cancel_all(), m.help_cancel_server()],
    ['remove', 'remove 7', m.help_remove(), m.help_remove_all(), m.help_remove_server()],
  ] as const;
  for (const [wish, example, description, all, ofServer] of wishes) {
    const command = withTargets(program.command(wish), all, ofServer).description(description);
    if (wish === 'retry')
      command
        .option('--send-new', m.help_retry_send_new())
        .addOption(new Option('--conflict <what>', m.help_retry_conflict()).choices(['skip', 'rename', 'version']));
    if (wish === 'cancel' || wish === 'remove') {
      command.option('-y, --yes', m.help_option_yes_many());
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
      .description(m.help_decide())
      .argument('<id|decision...>', m.help_decide_words())
      .option('-a, --all', m.help_decide_all())
      .addOption(serverOption(m.help_decide_server()))
      .option('--cause <code>', m.help_decide_cause())
      .option('--name <name>', m.help_decide_name())
      .option('--to <server>', m.help_decide_to())
      .option('--fingerprint <sha256>', m.help_decide_fingerprint())
      .option('--recipient <recipient>', m.help_decide_recipient()),
  )
    .addHelpText(
      'after',
      examples(
        'stevedore decide 12 upload-changed',
        'stevedore decide 12 rename --name "report 2.pdf"',
        'stevedore decide --all skip',
        'stevedore decide --all --cause name-exists rename',
      ),
    )
    .action(async (words: readonly string[], _: unknown, command: Command) => {
      const { decide } = await import('./commands/wishes.ts');
      act(() => decide(host, words, command.optsWithGlobals()));
    });
  program
    .command('move')
    .description(m.help_move())
    .argument('<id...>', m.help_arg_ids())
    .option('--first', m.help_move_first())
    .option('--last', m.help_move_last())
    .option('--before <id>', m.help_move_before())
    .option('--after <id>', m.help_move_after())
    .addHelpText('after', examples('stevedore move 7 --first', 'stevedore move 7 8 --before 3'))
    .action(async (ids: readonly string[], _: unknown, command: Command) => {
      const { move } = await import('./commands/wishes.ts');
      act(() => move(host, ids, command.optsWithGlobals()));
    });
  withTargets(
    program.command('priority').argument('<n>', m.help_priority_n()),
    m.help_priority_all(),
    m.help_priority_server(),
  )
    .description(m.help_priority())
    .addHelpText('after', examples('stevedore priority 10 7'))
    .action(async (value: string, ids: readonly string[], _: unknown, command: Command) => {
      const { priority } = await import('./commands/wishes.ts');
      act(() => priority(host, value, ids, command.optsWithGlobals()));
    });
  program
    .command('history')
    .description(m.help_history())
    .addOption(serverOption(m.help_history_server()))
    .option('--search <text>', m.help_option_search())
    .addOption(new Option('--ending <how>', m.help_history_ending()).choices(endedStates))
    .addOption(limitOption())
    .addHelpText('after', examples('stevedore history --ending failed', 'stevedore history --json --limit 10'))
    .action(async (_: unknown, command: Command) => {
      const { history } = await import('./commands/lists.ts');
      act(() => history(host, command.optsWithGlobals()));
    });
};
