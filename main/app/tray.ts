/** The tray's menu and tip, as data. */
import { decisionText } from '../../preload/decisions.ts';
import { bytes, duration } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { describe } from '../../preload/problems.ts';
import type { Ask, Flow } from '../../preload/flow.ts';
import { menuName } from './menu-name.ts';

/** What a click in the tray asks for. */
export type TrayCommand =
  | {
      readonly does:
        | 'open'
        | 'upload-clipboard'
        | 'pause'
        | 'resume'
        | 'settings'
        | 'limit-setting'
        | 'quit'
        | 'quit-now';
    }
  /** To the default server where none is named. */
  | { readonly does: 'upload'; readonly serverId?: string }
  | { readonly does: 'copy'; readonly link: string }
  /** Bytes/s; null: no limit. */
  | { readonly does: 'limit'; readonly bytesPerSecond: number | null }
  /** A decision that needs no more than its id. */
  | { readonly does: 'decide'; readonly id: number; readonly decision: string };

export type TrayItem =
  | { readonly kind: 'line' }
  | { readonly kind: 'words'; readonly label: string }
  | { readonly kind: 'command'; readonly command: TrayCommand; readonly label: string; readonly enabled: boolean }
  /** One of several of which one is chosen. */
  | { readonly kind: 'choice'; readonly command: TrayCommand; readonly label: string; readonly chosen: boolean }
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly TrayItem[] };

/** What the menu shows beside the state of the queue. */
export type TrayFacts = {
  readonly servers: readonly { readonly id: string; readonly name: string }[];
  /** The server that uploads go to where none is named; absent: the window asks. */
  readonly defaultServerId?: string;
  /** The newest links, the newest first. */
  readonly links: readonly { readonly name: string; readonly serverName: string; readonly link: string }[];
  /** Bytes/s; null: no limit. */
  readonly limit: number | null;
};

/** Before anything is known of servers and settings. */
export const noFacts: TrayFacts = { servers: [], links: [], limit: null };

/** One line for all of it: what needs a person first, then what moves, then what holds it up. */
export const stateLine = (flow: Flow): string => {
  const { atWork, waiting, queued, paused, needsYou, rate, offline, progress, leftMs } = flow;
  const uploading = flow.underWay + atWork;
  const parts: string[] = [];
  if (needsYou > 0) parts.push(m.tray_asks({ count: needsYou }));
  if (uploading > 0)
    parts.push(
      m.tray_under_way({ count: uploading }),
      ...(progress === undefined ? [] : [m.tray_percent({ percent: Math.floor(progress * 100) })]),
      ...(rate > 0 ? [m.tray_rate({ rate: bytes(rate) })] : []),
      ...(leftMs === undefined ? [] : [m.tray_left({ time: duration(leftMs) })]),
    );
  else if (offline) parts.push(m.tray_offline());
  else if (waiting + queued > 0) parts.push(m.tray_waiting({ count: waiting + queued }));
  else if (paused > 0) parts.push(m.tray_paused({ count: paused }));
  return parts.length === 0 ? m.tray_idle() : parts.join(' · ');
};

const line: TrayItem = { kind: 'line' };
const item = (label: string, command: TrayCommand, enabled = true): TrayItem => ({
  kind: 'command',
  command,
  label,
  enabled,
});
const menu = (label: string, items: readonly TrayItem[]): readonly TrayItem[] =>
  items.length === 0 ? [] : [{ kind: 'menu', label, items }];

/** An upload that needs a person. What its decisions need beside a click is asked for in the window. */
const askItem = ({ id, name, problem, decisions = [] }: Ask): TrayItem => ({
  kind: 'menu',
  label: menuName(name),
  items: [
    ...(problem === undefined ? [] : [{ kind: 'words', label: describe(problem).happened } as const]),
    ...decisions.map((one): TrayItem => {
      const label = decisionText(one.label);
      return one.needs === undefined
        ? item(label, { does: 'decide', id, decision: one.id })
        : item(label.endsWith('…') ? label : `${label}…`, { does: 'open' });
    }),
  ],
});

/** Speeds that are offered, bytes/s. */
const limits = [1_000_000, 5_000_000, 20_000_000] as const;

const limitItems = (limit: number | null): readonly TrayItem[] => {
  const choice = (label: string, command: TrayCommand, chosen: boolean): TrayItem => ({
    kind: 'choice',
    command,
    label,
    chosen,
  });
  const isOffered = limit === null || limits.some((one) => one === limit);
  return [
    choice(m.tray_limit_off(), { does: 'limit', bytesPerSecond: null }, limit === null),
    ...limits.map((one) =>
      choice(m.tray_rate({ rate: bytes(one) }), { does: 'limit', bytesPerSecond: one }, limit === one),
    ),
    choice(
      isOffered ? m.tray_limit_custom() : m.tray_limit_custom_now({ rate: bytes(limit) }),
      { does: 'limit-setting' },
      !isOffered,
    ),
  ];
};

export const trayItems = (flow: Flow, { servers, defaultServerId, links, limit }: TrayFacts): readonly TrayItem[] => [
  item(m.tray_upload(), { does: 'upload' }),
  item(m.tray_upload_clipboard(), { does: 'upload-clipboard' }),
  ...menu(
    m.tray_upload_to(),
    servers
      .filter(({ id }) => id !== defaultServerId)
      .map(({ id, name }) =>
        item(m.tray_upload_to_server({ server: menuName(name) }), { does: 'upload', serverId: id }),
      ),
  ),
  line,
  { kind: 'words', label: stateLine(flow) },
  ...(flow.asks ?? []).map(askItem),
  ...menu(
    m.tray_links(),
    links.map(({ name, serverName, link }) =>
      item(m.tray_link({ name: menuName(name), server: menuName(serverName) }), { does: 'copy', link }),
    ),
  ),
  line,
  item(m.tray_pause(), { does: 'pause' }, flow.underWay + flow.atWork + flow.waiting + flow.queued > 0),
  item(m.tray_resume(), { does: 'resume' }, flow.paused > 0),
  ...menu(m.tray_limit(), limitItems(limit)),
  line,
  item(m.tray_open(), { does: 'open' }),
  item(m.tray_settings(), { does: 'settings' }),
  item(m.tray_quit(), { does: 'quit' }),
];

/** The tray while the app has been quit and waits for servers to store the chunks that they have. */
export const waitingItems = (servers: readonly string[]): readonly TrayItem[] => [
  { kind: 'words', label: waitingLine(servers) },
  { kind: 'words', label: m.tray_quit_risk() },
  line,
  item(m.tray_quit_now(), { does: 'quit-now' }),
];

export const waitingLine = (servers: readonly string[]): string =>
  m.tray_quitting({ count: servers.length, server: servers[0] ?? '' });

/** The progress in taskbar and dock: -1 for none; amber, where a system has that, while something needs a person. */
export const barOf = (flow: Flow): { readonly value: number; readonly mode: 'none' | 'normal' | 'paused' } =>
  flow.progress === undefined
    ? { value: -1, mode: 'none' }
    : { value: flow.progress, mode: flow.needsYou > 0 ? 'paused' : 'normal' };
