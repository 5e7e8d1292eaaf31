/** The command that changes uploads which were added. */
import type { Command } from 'commander';
import { m } from '../../preload/paraglide/messages.js';
import { examples, serverOption, setOption, type Action } from './program-parts.ts';
import type { Host } from './session.ts';

const collect = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];

/** Adds `change`, and returns it, so that fields of servers can be added to it. */
export const changeCommand = (host: Host, program: Command, act: (action: Action) => void): Command =>
  program
    .command('change')
    .description(m.help_change())
    .argument('[id...]', m.help_arg_ids())
    .option('-a, --all', m.help_change_all())
    .option('--batch <id>', m.help_change_batch())
    .addOption(serverOption(m.help_change_server()))
    .option('-e, --expire <time>', m.help_option_expire())
    .option('-k, --key <key>', m.help_change_key())
    .addOption(setOption())
    .option('--unset <option>', m.help_change_unset(), collect)
    .addHelpText(
      'after',
      `${examples(
        'stevedore change 12 13 --expire 7d',
        'stevedore change --batch 4 --server nas --to /Films',
        'stevedore change 12 --key party',
        'stevedore change 12 --unset expire',
        'stevedore change 12',
      )}\n${m.help_change_more()}`,
    )
    .action(async (ids: readonly string[], _: unknown, command: Command) => {
      const { change } = await import('./commands/changing.ts');
      act(() => change(host, ids, command.optsWithGlobals()));
    });
