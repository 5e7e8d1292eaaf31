/** What the declarations of calls are made of. */
import { z } from 'zod';
import { isLinkTemplate, templateLongest } from './link-template.ts';
import { isPattern, patternLongest, patternsMost } from './patterns.ts';
import type { ReasonCode } from './problems/reasons.ts';
import { decisionNeeds, decisionTable, type DecisionLabel, type DecisionRole } from './decisions.ts';

export const id = z.int().positive();
export const serverId = z.string().min(1).max(100);
export const page = { limit: z.int().min(1).max(1000).default(100), after: z.string().max(500).optional() };
export const json = z.record(z.string(), z.json());

const unusable: ReasonCode = 'pattern-unusable';
/** Patterns as a `.gitignore` has them. */
export const patternList = z.array(z.string().max(patternLongest).refine(isPattern, unusable)).max(patternsMost);

const badTemplate: ReasonCode = 'link-template-unusable';
/** How links are written: `plain`, `markdown`, `html`, or a text with placeholders. */
export const linkTemplate = z.string().max(templateLongest).refine(isLinkTemplate, badTemplate);

/** What happened, in code and params for every language, and in words of this one. */
export const problem = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  message: z.string(),
  /** The sentences of `message`, for a client that says in its own way what to do. Absent where another version says it. */
  parts: z.object({ happened: z.string(), means: z.string(), todo: z.string() }).optional(),
  action: z.string().optional(),
});

const roles = Object.keys(decisionTable) as [DecisionRole, ...DecisionRole[]];
/** See `Decision`. */
export const decision = z.object({
  id: z.string(),
  role: z.enum(roles),
  label: z.custom<DecisionLabel>((value) => typeof value === 'string'),
  needs: z.enum(decisionNeeds).optional(),
});

export const limits = z.object({
  fileSize: z.number().optional(),
  expirySeconds: z.number().optional(),
  groupSize: z.number().optional(),
  chunkSize: z.number().optional(),
  expiryChoicesSeconds: z.array(z.number()).optional(),
  unfinishedSeconds: z.number().optional(),
});

export const vaultKind = z.enum(['none', 'app', 'file', 'env']);

/** How a server is reached, beside its address. */
export const connection = z.strictObject({
  proxy: z.union([z.literal('system'), z.literal('none'), z.url({ protocol: /^https?$/ })]).optional(),
  caFile: z.string().max(4096).optional(),
  /** SHA-256 of a certificate that is trusted for this server alone, as hex pairs. */
  pin: z
    .string()
    .regex(/^([0-9A-Fa-f]{2}:?){32}$/)
    .optional(),
});

/** A server that is not saved yet. */
export const newServer = z.strictObject({
  address: z.string().min(1).max(2000),
  name: z.string().trim().min(1).max(100).optional(),
  kind: z.string().optional(),
  fields: json.optional(),
  connection: connection.optional(),
  /** Where its secret is kept; never chosen silently. */
  vault: vaultKind.optional(),
  makeDefault: z.boolean().optional(),
  defaultExpirySeconds: z.int().positive().optional(),
});

/** What is to change of it; null: as if it had never been given. */
export const reconnection = connection.extend({
  caFile: connection.shape.caFile.nullable(),
  pin: connection.shape.pin.nullable(),
});

export const server = z.object({
  id: serverId,
  kind: z.string(),
  kindTitle: z.string(),
  name: z.string(),
  address: z.string(),
  isDefault: z.boolean(),
  vault: vaultKind,
  connection,
  limits,
  capabilities: z.object({
    expiry: z.boolean(),
    ownKey: z.boolean(),
    groups: z.boolean(),
    revoke: z.boolean(),
    /** The file stays on the server when its share is revoked; otherwise it is deleted there. */
    revokeKeepsFile: z.boolean(),
    /** Only a share whose delete key is known here can be revoked. */
    revokeNeedsKey: z.boolean(),
    zeroByteFiles: z.boolean(),
    /** `steps`: by `servers.signIn`, with an account. */
    signIn: z.enum(['password', 'steps']),
    folders: z.boolean(),
    /** Of the account, whoever made them. */
    listShares: z.boolean(),
    /** Its shares are files without a public link: one that is revoked is deleted there. */
    sharesAreFiles: z.boolean(),
    createShares: z.boolean(),
    editShares: z.boolean(),
    leftovers: z.boolean(),
    /** What can be done about a name that is taken; empty: names are never taken. */
    conflict: z.array(z.enum(['ask', 'skip', 'rename', 'version'])),
  }),
  /** Whose account is used; absent where there are none, or nobody has signed in yet. */
  account: z.string().optional(),
  /** The folder that was chosen last. */
  folder: z.string().optional(),
  /** Of new links on it; absent: the setting of all servers. */
  defaultExpirySeconds: z.number().optional(),
  /** How its links are written, and whether those of a batch are copied; absent: as in the settings. */
  linkTemplate: z.string().optional(),
  linkToClipboard: z.boolean().optional(),
  /** Values of its type's `serverFields`, by key; absent: they cannot be edited. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** Transfers that still need it. */
  pending: z.number(),
});

export const field = z.object({
  key: z.string(),
  type: z.enum(['text', 'url', 'duration', 'number', 'key', 'flag', 'choice', 'folder']),
  label: z.string(),
  help: z.string(),
  choices: z.array(z.string()).optional(),
  /** What it is for, where a form has to know: `conflict` for an existing name, `share` and its terms, `recipient` and `message`. */
  role: z
    .enum(['conflict', 'share', 'share-expiry', 'share-downloads', 'share-password', 'recipient', 'message'])
    .optional(),
  /** Of a number: it is a whole one within this. */
  range: z.object({ least: z.number(), most: z.number() }).optional(),
  /** Of a text: what all of it has to match, as a regular expression; `help` says it in words. */
  pattern: z.string().optional(),
});

export const kind = z.object({
  kind: z.string(),
  title: z.string(),
  signIn: z.enum(['password', 'steps']),
  /** Links of such a server can end by time. */
  expiry: z.boolean(),
  serverFields: z.array(field),
  transferFields: z.array(field),
});

export const nothing = z.strictObject({});
export const call = <I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
): { readonly input: I; readonly output: O } => ({ input, output });
