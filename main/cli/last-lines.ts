/** The lines that stay when bars and figures are gone. */
import type { GroupView, ProblemView, TransferView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { isLeftOut } from '../../preload/problems.ts';
import type { Mark, Out } from './out.ts';
import { doneText } from './template.ts';
import { deliveryWords, hints, nameWords, sentence, shareWords, stateWords } from './words.ts';

/** The marks of states that have one of their own. */
export const marks: Readonly<Partial<Record<TransferView['state'], Mark>>> = {
  done: 'done',
  failed: 'failed',
  attention: 'attention',
};

/** The line that stays of a transfer, and what can be done about it. `template`: how its link is printed, alone on the line. */
export const tellLast = (out: Out, row: TransferView, template?: string): void => {
  const { share, problem } = row;
  const about = share === undefined ? '' : `  ${shareWords(share)}`;
  const message = row.delivery === undefined ? '' : `  ${m.terminal_message({ message: deliveryWords(row.delivery) })}`;
  if (row.state === 'done') {
    const text = doneText(template, row, row);
    if (text === undefined) out.line(`${nameWords(row)}${about}${message}`, 'done');
    else out.line(text);
    if (row.delivery === undefined || problem === undefined) return;
    out.line(m.terminal_line({ name: nameWords(row), words: sentence(problem) }), marks.attention);
    for (const command of hints(row)) out.line(`    ${command}`);
  } else if (problem === undefined || (row.state === 'cancelled' && !isLeftOut(row.state, problem)))
    out.line(m.terminal_line({ name: nameWords(row), words: stateWords(row, 0) }), 'note');
  else {
    out.line(m.terminal_line({ name: nameWords(row), words: sentence(problem) }), marks[row.state] ?? 'note');
    for (const command of hints(row)) out.line(`    ${command}`);
  }
};

/** Something that happened to a transfer and that is worth knowing. */
export const tellNote = (out: Out, row: TransferView, problem: ProblemView): void => {
  out.aside(m.terminal_line({ name: nameWords(row), words: sentence(problem) }), 'note');
};

/** The line that stays of a group. */
export const tellGroup = (out: Out, group: GroupView): void => {
  const { count, share } = group;
  const link = share === undefined ? '' : shareWords(share);
  const name = m.terminal_group({ count });
  if (group.state === 'done') {
    if (group.problem !== undefined) out.aside(m.terminal_line({ name, words: sentence(group.problem) }), 'note');
    out.line(`${name}  ${link}`, 'done');
  } else {
    const words = group.problem === undefined ? m.state_word({ state: group.state }) : sentence(group.problem);
    out.line(m.terminal_line({ name, words }), 'failed');
  }
};

/** How the queue stopped, where something stopped it. */
export const tellQueue = (out: Out, problem: ProblemView | undefined): void => {
  if (problem !== undefined) out.aside(sentence(problem), 'attention');
};
