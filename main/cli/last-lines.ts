/** The lines that stay when bars and figures are gone. */
import type { GroupView, ProblemView, TransferView } from '../../preload/contract.ts';
import { isLeftOut } from '../../preload/problems.ts';
import type { Mark, Out } from './out.ts';
import { hints, nameWords, sentence, stateWords } from './words.ts';

const marks: Readonly<Partial<Record<TransferView['state'], Mark>>> = {
  done: 'done',
  failed: 'failed',
  attention: 'attention',
};

/** The line that stays of a transfer, and what can be done about it. */
export const tellLast = (out: Out, row: TransferView): void => {
  const { share, problem } = row;
  const about = share === undefined ? '' : `  ${share.link ?? `share key ${share.key}`}`;
  if (row.state === 'done') out.line(`${nameWords(row)}${about}`, 'done');
  else if (problem === undefined || (row.state === 'cancelled' && !isLeftOut(row.state, problem)))
    out.line(`${nameWords(row)}: ${stateWords(row, 0)}`, 'note');
  else {
    out.line(`${nameWords(row)}: ${sentence(problem)}`, marks[row.state] ?? 'note');
    for (const command of hints(row)) out.line(`    ${command}`);
  }
};

/** Something that happened to a transfer and that is worth knowing. */
export const tellNote = (out: Out, row: TransferView, problem: ProblemView): void => {
  out.aside(`${nameWords(row)}: ${sentence(problem)}`, 'note');
};

/** The line that stays of a group. */
export const tellGroup = (out: Out, group: GroupView): void => {
  const link = group.share?.link ?? (group.share === undefined ? '' : `share key ${group.share.key}`);
  if (group.state === 'done') {
    if (group.problem !== undefined) out.aside(`group of ${group.count} files: ${sentence(group.problem)}`, 'note');
    out.line(`group of ${group.count} files  ${link}`, 'done');
  } else
    out.line(
      `group of ${group.count} files: ${group.problem === undefined ? group.state : sentence(group.problem)}`,
      'failed',
    );
};

/** How the queue stopped, where something stopped it. */
export const tellQueue = (out: Out, problem: ProblemView | undefined): void => {
  if (problem !== undefined) out.aside(sentence(problem), 'attention');
};
