/** The tray's menu and tip, as data. */
import { visible } from '../../preload/bounds.ts';
import { decisionText } from '../../preload/decisions.ts';
import { bytes } from '../../preload/format.ts';
import { describe } from '../../preload/problems.ts';
import type { Ask, Flow } from './flow.ts';

export type TrayCommand = 'open' | 'pause' | 'resume' | 'quit' | 'quit-now';

export type TrayItem =
  | { readonly kind: 'line' }
  | { readonly kind: 'words'; readonly label: string }
  | { readonly kind: 'command'; readonly command: TrayCommand; readonly label: string; readonly enabled: boolean }
  /** A decision that needs no more than its id. */
  | { readonly kind: 'decision'; readonly id: number; readonly decision: string; readonly label: string }
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly TrayItem[] };

/** One line for all of it: what needs a person first, then what moves, then what holds it up. */
export const stateLine = (flow: Flow): string => {
  const { underWay, waiting, queued, paused, needsYou, rate, offline } = flow;
  const parts: string[] = [];
  if (needsYou > 0) parts.push(needsYou === 1 ? '1 needs you' : `${needsYou} need you`);
  if (underWay > 0) parts.push(`${underWay} under way`, ...(rate > 0 ? [`${bytes(rate)}/s`] : []));
  else if (offline) parts.push('No network');
  else if (waiting + queued > 0) parts.push(`${waiting + queued} waiting`);
  else if (paused > 0) parts.push(`${paused} paused`);
  return parts.length === 0 ? 'Nothing under way' : parts.join(' · ');
};

/** Characters of a file's name in a menu. */
const nameMost = 40;

/** An upload that needs a person. What its decisions need beside a click is asked for in the window. */
const askItem = ({ id, name, problem, decisions = [] }: Ask): TrayItem => ({
  kind: 'menu',
  label: visible(name).slice(0, nameMost),
  items: [
    ...(problem === undefined ? [] : [{ kind: 'words', label: describe(problem).happened } as const]),
    ...decisions.map((one): TrayItem => {
      const label = decisionText(one.label);
      return one.needs === undefined
        ? { kind: 'decision', id, decision: one.id, label }
        : { kind: 'command', command: 'open', label: label.endsWith('…') ? label : `${label}…`, enabled: true };
    }),
  ],
});

export const trayItems = (flow: Flow): readonly TrayItem[] => {
  const canPause = flow.underWay + flow.waiting + flow.queued > 0;
  const pausing: TrayItem =
    canPause || flow.paused === 0
      ? { kind: 'command', command: 'pause', label: 'Pause all', enabled: canPause }
      : { kind: 'command', command: 'resume', label: 'Go on with all', enabled: true };
  return [
    { kind: 'command', command: 'open', label: 'Open Stevedore', enabled: true },
    { kind: 'words', label: stateLine(flow) },
    ...(flow.asks ?? []).map(askItem),
    { kind: 'line' },
    pausing,
    { kind: 'line' },
    { kind: 'command', command: 'quit', label: 'Quit', enabled: true },
  ];
};

/** The tray while the app has been quit and waits for servers to store the chunks that they have. */
export const waitingItems = (servers: readonly string[]): readonly TrayItem[] => [
  { kind: 'words', label: waitingLine(servers) },
  { kind: 'words', label: 'If you quit now, a file may start over or lose its delete key' },
  { kind: 'line' },
  { kind: 'command', command: 'quit-now', label: 'Quit now', enabled: true },
];

export const waitingLine = (servers: readonly string[]): string =>
  servers.length === 1
    ? `Quitting when ${servers[0] ?? ''} has stored the current chunk`
    : `Quitting when ${servers.length} servers have stored their current chunks`;

/** The progress in taskbar and dock: -1 for none; amber, where a system has that, while something needs a person. */
export const barOf = (flow: Flow): { readonly value: number; readonly mode: 'none' | 'normal' | 'paused' } =>
  flow.progress === undefined
    ? { value: -1, mode: 'none' }
    : { value: flow.progress, mode: flow.needsYou > 0 ? 'paused' : 'normal' };
