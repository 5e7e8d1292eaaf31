import type { Section, TransferView } from '../../preload/contract.ts';

/** The sections of the queue, in the order in which they matter. */
export const sectionNames = [
  'needs-you',
  'under-way',
  'waiting',
  'failed',
  'next',
  'done',
] as const satisfies readonly Section[];

const sectionByState: Readonly<Record<TransferView['state'], Section>> = {
  attention: 'needs-you',
  preparing: 'under-way',
  opening: 'under-way',
  uploading: 'under-way',
  finishing: 'under-way',
  verifying: 'under-way',
  waiting: 'waiting',
  paused: 'waiting',
  failed: 'failed',
  queued: 'next',
  done: 'done',
  cancelled: 'done',
};

/** The section that a transfer stands in. */
export const sectionOf = (row: Pick<TransferView, 'state'>): Section => sectionByState[row.state];
