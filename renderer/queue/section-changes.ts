/** What the head of a section offers to change of all its uploads together. */
import type { Section } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { sectionOf, transferStates } from '../../preload/states.ts';
import { changesOf } from '../add/changing.svelte.ts';
import type { App } from '../client/app.svelte.ts';
import type { Command } from '../ui/command.ts';
import type { Queue } from './queue.svelte.ts';

/** Empty where nothing of a section can be changed. */
export const changesOfSection = (app: App, queue: Queue, section: Section): readonly Command[] => {
  if (section === 'done') return [];
  const { serverId } = app.navigation;
  const { search } = queue;
  const act = (): void =>
    changesOf(app).ask({
      filter: {
        states: transferStates.filter((state) => sectionOf({ state }) === section),
        ...(serverId === undefined ? {} : { serverId }),
        ...(search === '' ? {} : { search }),
      },
      count: queue.sums[section].count,
    });
  return [
    { label: m.change_action(), icon: 'edit', act },
    // What is under way has begun.
    ...(section === 'under-way' || app.servers.length < 2
      ? []
      : [{ label: m.row_other_server(), icon: 'server', act } as const]),
  ];
};
