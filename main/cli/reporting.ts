/** How the course of uploads is reported, whatever it is written to. */
import type { GroupView, ProblemView, TransferView } from '../../preload/contract.ts';

/** How many of the followed transfers are where. */
export type Counts = {
  readonly done: number;
  /** Not sent, as the person wished where a name is taken. */
  readonly leftOut: number;
  readonly count: number;
  readonly bytes: number;
  readonly acknowledged: number;
};

export interface Reporter {
  /** A transfer as it is now; `before`: the state that was reported last. */
  row(row: TransferView, before: TransferView['state'] | undefined): void;
  /** Something that happened to it and that is worth knowing; before its last line. */
  note(row: TransferView, problem: ProblemView): void;
  /** It has ended, or continues only after a person acts. */
  last(row: TransferView): void;
  counts(counts: Counts): void;
  group(group: GroupView, server: string): void;
  queue(running: boolean, problem: ProblemView | undefined): void;
  close(): void;
}
