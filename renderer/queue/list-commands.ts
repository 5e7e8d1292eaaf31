/** What can be done with the whole queue: its menu, the heads of its sections and the list of all commands show these. */
import type { Section } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Command } from '../ui/command.ts';
import type { QueueActions } from './actions.svelte.ts';
import type { Queue } from './queue.svelte.ts';

type Name = 'resumeAll' | 'pauseAll' | 'retryFailed' | 'clearDone';

export const listCommands = ({ sums }: Queue, actions: QueueActions): Readonly<Record<Name, Command>> => {
  const isEmpty = (...sections: readonly Section[]): boolean => sections.every((section) => sums[section].count === 0);
  return {
    resumeAll: { label: m.queue_resume_all(), icon: 'play', act: () => void actions.resumeAll() },
    pauseAll: { label: m.queue_pause_all(), icon: 'pause', act: () => void actions.pauseAll() },
    retryFailed: {
      label: m.queue_retry_failed(),
      icon: 'retry',
      disabled: isEmpty('failed'),
      act: () => void actions.retryFailed(),
    },
    clearDone: {
      label: m.queue_clear_done(),
      icon: 'x',
      disabled: isEmpty('done'),
      act: () => void actions.clearDone(),
    },
  };
};

/** What the head of a section offers; the first one also as a button. */
export const commandsOf: Readonly<Record<Section, readonly Name[]>> = {
  'needs-you': [],
  'under-way': ['pauseAll'],
  waiting: ['pauseAll'],
  failed: ['retryFailed'],
  next: ['pauseAll'],
  paused: ['resumeAll'],
  done: ['clearDone'],
};
