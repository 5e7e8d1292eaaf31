/** The tray's menu and tip, as data. */
import { visible } from '../../preload/bounds.ts';
import { decisionText } from '../../preload/decisions.ts';
import { bytes } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
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
  const { atWork, waiting, queued, paused, needsYou, rate, offline } = flow;
  const underWay = flow.underWay + atWork;
  const parts: string[] = [];
  if (needsYou > 0) parts.push(m.tray_asks({ count: needsYou }));
  if (underWay > 0)
    parts.push(m.tray_under_way({ count: underWay }), ...(rate > 0 ? [m.tray_rate({ rate: bytes(rate) })] : []));
  else if (offline) parts.push(m.tray_offline());
  else if (waiting + queued > 0) parts.push(m.tray_waiting({ count: waiting + queued }));
  else if (paused > 0) parts.push(m.tray_paused({ count: paused }));
  return parts.length === 0 ? m.tray_idle() : parts.join(' · ');
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
  const canPause = flow.underWay + flow.atWork + flow.waiting + flow.queued > 0;
  const pausing: TrayItem =
    canPause || flow.paused === 0
      ? { kind: 'command', command: 'pause', label: m.tray_pause(), enabled: canPause }
      : { kind: 'command', command: 'resume', label: m.tray_resume(), enabled: true };
  return [
    { kind: 'command', command: 'open', label: m.tray_open(), enabled: true },
    { kind: 'words', label: stateLine(flow) },
    ...(flow.asks ?? []).map(askItem),
    { kind: 'line' },
    pausing,
    { kind: 'line' },
    { kind: 'command', command: 'quit', label: m.tray_quit(), enabled: true },
  ];
};

/** The tray while the app has been quit and waits for servers to store the chunks that they have. */
export const waitingItems = (servers: readonly string[]): readonly TrayItem[] => [
  { kind: 'words', label: waitingLine(servers) },
  { kind: 'words', label: m.tray_quit_risk() },
  { kind: 'line' },
  { kind: 'command', command: 'quit-now', label: m.tray_quit_now(), enabled: true },
];

export const waitingLine = (servers: readonly string[]): string =>
  m.tray_quitting({ count: servers.length, server: servers[0] ?? '' });

/** The progress in taskbar and dock: -1 for none; amber, where a system has that, while something needs a person. */
export const barOf = (flow: Flow): { readonly value: number; readonly mode: 'none' | 'normal' | 'paused' } =>
  flow.progress === undefined
    ? { value: -1, mode: 'none' }
    : { value: flow.progress, mode: flow.needsYou > 0 ? 'paused' : 'normal' };
