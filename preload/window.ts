/**
 * What a window asks of the host that shows it, beside the contract with the engine: files to choose, the clipboard,
 * links. The app and `stevedore web` answer it, each in its own way; a window asks both over one transport.
 */
import { z } from 'zod';
import { isAccelerator } from './accelerator.ts';
import type { ReasonCode } from './problems/reasons.ts';
import { call, problem, type calls, type events, type ProblemView } from './contract.ts';
import { pastedMost } from './pasted-name.ts';
import { signInStep } from './contract-account.ts';
import { uploadedBefore } from './contract-transfers.ts';

const nothing = z.strictObject({});
const filePath = z.string().min(1).max(32_768);

/** Shortcuts that work while another program has the keyboard. */
export const shortcutNames = ['clipboard', 'files'] as const;

/** A file or folder of the machine that the host runs on. */
const entry = z.object({
  name: z.string(),
  path: z.string(),
  folder: z.boolean(),
  /** Bytes; absent for folders. */
  size: z.number().optional(),
  modifiedAt: z.number().optional(),
});

export const windowCalls = {
  /** Which host shows the window, and what it can do. */
  'window.info': call(
    nothing,
    z.object({
      host: z.enum(['app', 'web']),
      /** As Node names it: linux, darwin, win32. */
      platform: z.string(),
      version: z.string(),
      /** Where passwords may be kept, the best first. */
      vaults: z.array(z.enum(['app', 'file', 'env'])),
      /** The app asks the person first where the system cannot encrypt: `basic`. */
      vaultStrength: z.enum(['system', 'basic', 'plain']),
      /** Whether files are chosen by `window.browse` instead of by the system's dialog. */
      browses: z.boolean(),
      /** Whether `window.signInPage` is there. */
      signInPages: z.boolean(),
    }),
  ),
  /** The system's own dialog; no paths where the person chose none. */
  'window.choose': call(
    z.strictObject({ what: z.enum(['files', 'folder']) }),
    z.object({ paths: z.array(z.string()) }),
  ),
  /** What a folder of the host holds, folders first; the root where no path is given. */
  'window.browse': call(
    z.strictObject({ path: filePath.optional() }),
    z.object({
      path: z.string(),
      /** Absent at the root: nothing above it is shown. */
      parent: z.string().optional(),
      entries: z.array(entry),
      /** More than the 10,000 that are listed. */
      more: z.boolean(),
    }),
  ),
  /** Puts text into the system's clipboard. */
  'window.copy': call(z.strictObject({ text: z.string().max(1_000_000) }), nothing),
  /** Stores what was pasted in the profile, until it is uploaded. `content`: base64. Refused where the host is not the app. */
  'window.keepPasted': call(
    z.strictObject({ name: z.string().min(1).max(255), content: z.base64().max(Math.ceil(pastedMost / 3) * 4) }),
    z.object({ path: z.string() }),
  ),
  /** Opens a page in the system's browser; http and https only. */
  'window.openLink': call(z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(8000) }), nothing),
  /** Shows a file in the system's file manager. */
  'window.reveal': call(z.strictObject({ path: filePath }), nothing),
  /**
   * Signs in on the server's own page, in a window that is nothing but that page, and takes the step with what it keeps:
   * `carry` and `page` as the step told them. No step: the person closed the window. Refused where the host has no such
   * window (`signInPages` of `window.info`).
   */
  'window.signInPage': call(
    z.strictObject({
      carry: z.string().min(1).max(100),
      address: z.url({ protocol: /^https?$/ }).max(8000),
      stored: z.string().min(1).max(100),
    }),
    z.object({ step: signInStep.optional() }),
  ),
  /** What the user chose of news: its id, and the place of the action in `choice`. One that is over changes nothing. */
  'window.choice': call(z.strictObject({ id: z.int().positive(), action: z.int().min(0).max(20) }), nothing),
  /**
   * Gives a global shortcut its keys, or none, and saves them. Refused where the system does not accept them, or where the host
   * is no app.
   */
  'window.setShortcut': call(
    z.strictObject({
      name: z.enum(shortcutNames),
      accelerator: z
        .string()
        .max(100)
        .refine(isAccelerator, 'shortcut-keys' satisfies ReasonCode)
        .nullable(),
    }),
    nothing,
  ),
  /** Whether the global shortcuts do nothing for now: keys are being recorded. */
  'window.holdShortcuts': call(z.strictObject({ held: z.boolean() }), nothing),
  /** Starts the practice server on this machine, and saves it as a server. Gives its id. */
  'window.practice': call(nothing, z.object({ serverId: z.string() })),
} as const;

/** What a host tells its window without being asked. */
export const windowEvents = {
  /** Something the person should know that belongs to no row. */
  notice: z.object({ problem }),
  /** Files that were handed over from outside, where the person has to say first where to. */
  incoming: z.object({ paths: z.array(z.string()) }),
  /** Files that were handed over from outside and are on their way to the usual server. */
  added: z.object({
    transferIds: z.array(z.number()),
    serverName: z.string(),
    /** The folder of the server that they go to. */
    folder: z.string().optional(),
    dropId: z.number().optional(),
  }),
  /** Files that were handed over from outside (`paths`), as far as they were uploaded before: they are not on their way. */
  before: z.object({ paths: z.array(z.string()), serverId: z.string(), before: z.array(uploadedBefore) }),
  /** Links of a drop that were put into the system's clipboard, one a line. */
  copied: z.object({ transferIds: z.array(z.number()), links: z.array(z.string()) }),
  /** News with something to choose: answered by `window.choice`. `actions`: their labels, in order. */
  choice: z.object({ id: z.number(), text: z.string(), actions: z.array(z.string()) }),
  /** A file of the window was saved where the user chose. */
  saved: z.object({ path: z.string() }),
  /** A link that another program or a page opened: the user is asked before anything is done. */
  link: z.object({ link: z.string().max(10_000) }),
  /** A command of the menu or the tray. */
  command: z.object({ name: z.enum(['add-files', 'queue', 'servers', 'settings', 'shares', 'shortcuts', 'limit']) }),
} as const;

export type WindowCallName = keyof typeof windowCalls;
export type WindowParsedInput<C extends WindowCallName> = z.output<(typeof windowCalls)[C]['input']>;
export type WindowCallOutput<C extends WindowCallName> = z.output<(typeof windowCalls)[C]['output']>;
export type WindowEventName = keyof typeof windowEvents;
export type WindowEventPayload<E extends WindowEventName> = z.output<(typeof windowEvents)[E]>;
export type WindowInfo = WindowCallOutput<'window.info'>;
export type BrowseEntry = z.output<typeof entry>;

type AnyCalls = typeof calls & typeof windowCalls;
type AnyEvents = typeof events & typeof windowEvents;
/** Every call a window can make, and every event it can hear. */
export type AnyCallName = keyof AnyCalls;
export type AnyInput<C extends AnyCallName> = z.input<AnyCalls[C]['input']>;
export type AnyOutput<C extends AnyCallName> = z.output<AnyCalls[C]['output']>;
export type AnyEventName = keyof AnyEvents;
export type AnyPayload<E extends AnyEventName> = z.output<AnyEvents[E]>;

/** An answer as it crosses a transport. */
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ProblemView };

/**
 * What the preload script lays into the app's window as `window.stevedore`. Only what can be cloned crosses it;
 * the receiving side parses.
 */
export interface Bridge {
  /** `id`: what `cancel` calls it by. */
  readonly call: (name: string, input: unknown, id?: number) => Promise<Reply>;
  /** Nobody waits for the answer to a call any more. */
  readonly cancel: (id: number) => void;
  /** One listener for all events. Returns the way to stop. */
  readonly listen: (listener: (event: string, payload: unknown) => void) => () => void;
  /** The path of a file or folder that was dropped or chosen; '' where it has none. */
  readonly pathOf: (file: File) => string;
}
