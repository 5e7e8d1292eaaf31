/** What a spec can do to the stand-in from outside, as a person or the system would, and what it can see. */
import type { OpenDialogReturnValue, Rectangle, SaveDialogReturnValue } from 'electron';

export interface WindowState {
  readonly id: number;
  readonly title: string;
  readonly bounds: Readonly<Rectangle>;
  readonly visible: boolean;
  readonly focused: boolean;
  readonly minimized: boolean;
  readonly maximized: boolean;
  /** As the app knows it: `app://…`. */
  readonly url: string;
  /** The name of its session's partition; '' of the default session. */
  readonly partition: string;
  /** The window that it goes with; 0 for none. */
  readonly parent: number;
  /** Chromium's name for the page, by which a spec finds it. */
  readonly target: string;
}

export interface MenuState {
  readonly label: string;
  readonly type: string;
  readonly enabled: boolean;
  readonly checked: boolean;
  readonly submenu?: readonly MenuState[];
}

export interface TrayState {
  readonly toolTip: string;
  readonly title: string;
  /** The file of its image. */
  readonly image: string;
  readonly menu: readonly MenuState[];
}

/** Everything that the app asked of the system, in order. */
export interface Recorded {
  readonly clipboard: readonly string[];
  readonly opened: readonly string[];
  readonly revealed: readonly string[];
  readonly beeps: number;
  readonly notifications: readonly { readonly title: string; readonly body: string }[];
  readonly dialogs: readonly {
    /** Of `save`, the message is the name that the page gives the file. */
    readonly kind: 'open' | 'message' | 'error' | 'save';
    readonly title: string;
    readonly message: string;
    readonly detail: string;
    readonly buttons: readonly string[];
    readonly properties: readonly string[];
  }[];
  readonly badge: number;
  readonly progress: number;
  readonly devTools: number;
  readonly shortcuts: readonly string[];
  /** They are suspended. */
  readonly shortcutsHeld: boolean;
  readonly loginItem: boolean;
  /** Schemes whose links open with this app. */
  readonly protocols: readonly string[];
  readonly relaunches: number;
  readonly saving: boolean;
  /** Rules that were broken where nobody could be told by an exception. */
  readonly faults: readonly string[];
}

export interface State extends Recorded {
  readonly windows: readonly WindowState[];
  readonly trays: readonly TrayState[];
  readonly menu: readonly MenuState[];
  /** Partitions whose pages may have kept something that was not cleared. */
  readonly partitions: readonly string[];
}

export type PowerEvent = 'suspend' | 'resume' | 'on-ac' | 'on-battery' | 'shutdown' | 'lock-screen' | 'unlock-screen';

export interface DisplaySize {
  readonly bounds: Readonly<Rectangle>;
  readonly scaleFactor?: number;
}

/** The commands, by name. A label is as the person reads it, without `&`. */
export interface Commands {
  state: () => State;
  /** Whether the app held it up: a shutdown alone can be. */
  power: (event: PowerEvent) => boolean;
  clickMenu: (labels: readonly string[]) => void;
  clickTray: () => void;
  /** Files dropped on the icon, which only macOS has. */
  dropOnTray: (paths: readonly string[]) => void;
  clickTrayMenu: (labels: readonly string[]) => void;
  /** The menu that was popped up last. */
  clickContextMenu: (labels: readonly string[]) => void;
  answerOpen: (answer: OpenDialogReturnValue) => void;
  answerSave: (answer: SaveDialogReturnValue) => void;
  /** `button` is the label or the index. */
  answerMessage: (button: string | number, checked: boolean) => void;
  /** What another program copies: content in base64 by type, and text. */
  copyElsewhere: (content: Readonly<Record<string, string>>, text: string) => void;
  clickNotification: (title: string) => void;
  pressShortcut: (accelerator: string) => void;
  openFile: (path: string) => void;
  openUrl: (url: string) => void;
  activate: () => void;
  displays: (displays: readonly DisplaySize[]) => void;
  systemTheme: (theme: 'light' | 'dark') => void;
  closeWindow: (id: number) => void;
  resizeWindow: (id: number, bounds: Readonly<Rectangle>) => void;
  focusWindow: (id: number) => void;
  crash: (id: number) => void;
  /** How the app's permission handlers decide for a page. */
  permission: (id: number, permission: string) => boolean;
  quit: () => void;
}

export type CommandName = keyof Commands;

/** Spec → stand-in. */
export interface Order {
  readonly id: number;
  readonly name: CommandName;
  readonly args: readonly unknown[];
}

/** Stand-in → spec. */
export type Answer =
  | { readonly kind: 'browser'; readonly endpoint: string }
  | { readonly kind: 'done'; readonly id: number; readonly value?: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** What a spec tells the stand-in at its start, in the environment's STAND_IN. */
export interface Setting {
  readonly keychain: 'system' | 'basic_text' | 'none';
  readonly displays: readonly DisplaySize[];
  readonly systemTheme: 'light' | 'dark';
  /** Whether the app believes that it was installed. */
  readonly packaged: boolean;
  /** Other programs that open links, by their scheme. */
  readonly protocols: Readonly<Record<string, string>>;
  /** Shortcuts that other programs have. */
  readonly takenKeys: readonly string[];
}
