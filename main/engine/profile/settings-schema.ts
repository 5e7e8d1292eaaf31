/** The one schema of saved servers and settings: types, defaults and bounds come from here. */
import { z } from 'zod';
import { isAccelerator } from '../../../preload/accelerator.ts';
import { usualExcludes } from '../../../preload/patterns.ts';
import type { ReasonCode } from '../../../preload/problems/reasons.ts';
import type { Json } from '../json.ts';
import { logLevels } from '../log.ts';

const json: z.ZodType<Json> = z.json();

/** An address without a password in it: what signs in stands in a vault, never in this file. */
const plainUrl = z
  .url()
  .refine((address) => (URL.parse(address)?.password ?? '') === '', 'password-in-address' satisfies ReasonCode);

export const savedServer = z.object({
  id: z.uuid(),
  kind: z.string().min(1),
  /** What the person calls it; unique. */
  name: z.string().min(1),
  address: z.url(),
  /** The provider's settings with the version of their schema. */
  settings: z.object({ version: z.number().int().nonnegative(), value: json }),
  /** Where its secret is kept. */
  secret: z.object({ vault: z.enum(['none', 'app', 'file', 'env']) }),
  /** Whose account is used there. */
  account: z.string().optional(),
  /** The folder there that was chosen last. */
  folder: z.string().optional(),
  /** Absent: as the system says. */
  proxy: z.union([z.enum(['system', 'none']), plainUrl]).optional(),
  /** A file with the certificate of its own CA, PEM. */
  caFile: z.string().optional(),
  /** SHA-256 fingerprint of the certificate that was trusted. */
  pin: z.string().optional(),
  /** Transfers at once on this server; absent: as in the settings. */
  atOnce: z.number().int().min(1).max(20).optional(),
  /** Of new links on it; absent: as in the settings. */
  defaultExpirySeconds: z.number().int().positive().optional(),
  /** How its links are written, and whether those of a batch are copied; absent: as in the settings. */
  linkTemplate: z.string().optional(),
  linkToClipboard: z.boolean().optional(),
  /** ms since the epoch. */
  addedAt: z.number().int(),
});
export type SavedServer = z.infer<typeof savedServer>;

const shortcut = z.string().refine(isAccelerator).nullable().default(null).catch(null);

export const preferences = z.object({
  defaultServerId: z.uuid().nullable().default(null),
  /** Transfers at once. */
  atOnce: z.number().int().min(1).max(20).default(3),
  /** Of these, on one server. */
  perServer: z.number().int().min(1).max(20).default(2),
  /** Upload speed of all together; null: no limit. */
  limitBytesPerSecond: z.number().int().min(1024).nullable().default(null),
  /** Of new links, where a server has no time of its own; null: as the server has it. */
  defaultExpirySeconds: z.number().int().positive().nullable().default(null),
  linkToClipboard: z.boolean().default(true),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** A language tag, or `system`. */
  language: z.string().min(1).default('system'),
  /** Whether closing the window leaves the app in the tray; null: the person was not asked yet. */
  closeToTray: z.boolean().nullable().default(null),
  /** What the log of the profile shows; one of a later version counts as the default. */
  logLevel: z.enum(logLevels).catch('info'),
  /** What the app notifies of while its window is not in front. */
  notifyDone: z.boolean().default(true),
  notifyAttention: z.boolean().default(true),
  notifyFailed: z.boolean().default(true),
  notifyExpiring: z.boolean().default(true),
  notifyDownloads: z.boolean().default(false),
  startAtLogin: z.boolean().default(false),
  /** What uploads do while the machine runs on its battery. */
  onBattery: z.enum(['continue', 'pause']).default('continue'),
  /** Keys of the app's global shortcuts; null, and keys that cannot be: off. */
  shortcutClipboard: shortcut,
  shortcutFiles: shortcut,
  /** Patterns of what is skipped in every added folder, as a `.gitignore` has them. */
  exclude: z.array(z.string()).default([...usualExcludes]),
  /** How links are written when they are copied in the queue, and when a batch is done: see `linkText`. */
  linkTemplate: z.string().default('plain'),
});
export type Preferences = z.infer<typeof preferences>;

export const settingsFile = preferences.extend({ servers: z.array(savedServer).default([]) });
export type SettingsFile = z.infer<typeof settingsFile>;
