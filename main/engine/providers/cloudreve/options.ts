/** What a person can choose for one upload, beside the file. */
import { z } from 'zod';
import { m } from '../../../../preload/paraglide/messages.js';
import { type Problem, problem } from '../../../../preload/problems.ts';
import { whyInvalid } from '../../../../preload/problems/invalid-input.ts';
import { reasonWith } from '../../../../preload/problems/reasons.ts';
import type { JsonObject } from '../../json.ts';
import type { Conflict, ShareTerms } from '../account.ts';
import type { Field, TransferOptions } from '../provider.ts';
import { compared, nameFor, queuedFolder, whyNot } from './name.ts';
import { pathOf } from './uri.ts';

export const conflicts = ['ask', 'skip', 'rename', 'version'] as const satisfies readonly Conflict[];

export const transferFields: readonly Field[] = [
  {
    key: 'to',
    type: 'folder',
    label: m.field_cloudreve_to,
    help: m.field_cloudreve_to_help,
  },
  { key: 'policy', type: 'text', label: m.field_cloudreve_policy, help: m.field_cloudreve_policy_help },
  {
    key: 'conflict',
    role: 'conflict',
    type: 'choice',
    label: m.field_cloudreve_conflict,
    help: m.field_cloudreve_conflict_help,
    choices: conflicts,
  },
  {
    key: 'share',
    role: 'share',
    type: 'flag',
    label: m.field_cloudreve_share,
    help: m.field_cloudreve_share_help,
  },
  {
    key: 'share-expire',
    role: 'share-expiry',
    type: 'duration',
    label: m.field_cloudreve_share_expire,
    help: m.field_cloudreve_share_expire_help,
  },
  {
    key: 'share-downloads',
    role: 'share-downloads',
    type: 'number',
    label: m.field_cloudreve_share_downloads,
    help: m.field_cloudreve_share_downloads_help,
  },
  {
    key: 'share-password',
    role: 'share-password',
    type: 'text',
    label: m.field_cloudreve_share_password,
    help: m.field_cloudreve_share_password_help,
    pattern: '[A-Za-z0-9]{0,32}',
    misfit: 'password-letters',
  },
  {
    key: 'direct',
    type: 'flag',
    label: m.field_cloudreve_direct,
    help: m.field_cloudreve_direct_help,
  },
];

/** protocol: more overflows, and the share is born expired. Seconds. */
export const longestExpiry = 10 * 365 * 86_400;

const whole = z.number().int().positive();
const schema = z.looseObject({
  to: z.string().default('/'),
  policy: z.string().optional(),
  conflict: z.enum(conflicts).default('ask'),
  share: z.boolean().optional(),
  'share-expire': whole.optional(),
  'share-downloads': whole.optional(),
  'share-password': z.string().optional(),
  direct: z.boolean().optional(),
});

export type Chosen = {
  /** Names of the folders to the target, as the server takes them. */
  readonly to: readonly string[];
  readonly policy?: string;
  readonly conflict: Conflict;
  /** Absent: no share. */
  readonly share?: ShareTerms;
  readonly direct: boolean;
};

/** Why terms of a share could not be kept; `undefined` where they can. protocol: passwords are letters and digits. */
export const refuseTerms = (terms: ShareTerms): Problem | undefined => {
  const { expirySeconds, downloads, password } = terms;
  const positive = (value: number | null | undefined): boolean =>
    value === undefined || value === null || (Number.isInteger(value) && value > 0);
  if (!positive(expirySeconds)) return problem('expiry-invalid', { wanted: String(expirySeconds) });
  if ((expirySeconds ?? 0) > longestExpiry) return problem('option-invalid', { option: 'expiry', why: 'expiry-long' });
  if (!positive(downloads)) return problem('option-invalid', { option: 'downloads', why: 'not-positive' });
  if (password !== undefined && password !== null && !/^[a-z\d]{0,32}$/i.test(password))
    return problem('option-invalid', { option: 'password', why: 'password-letters' });
  return undefined;
};

/** What was chosen, read; or why it cannot be so. */
export const chosen = (extra: JsonObject | undefined): { readonly value: Chosen } | { readonly refused: Problem } => {
  const read = schema.safeParse(extra ?? {});
  if (!read.success) {
    const [issue] = read.error.issues;
    return {
      refused: problem('option-invalid', { option: issue?.path.join('.') ?? '', why: whyInvalid(issue) }),
    };
  }
  const { to, policy, conflict, share, direct = false } = read.data;
  const names = to.split('/').filter((name) => name !== '');
  for (const name of names) {
    const why = whyNot(name);
    if (why !== undefined)
      return { refused: problem('option-invalid', { option: 'to', why: reasonWith(`folder-${why}`, name) }) };
    // Written by hand: another folder than the one meant would be made, and nobody would look there.
    if (nameFor(name, 'folder') !== name)
      return { refused: problem('option-invalid', { option: 'to', why: reasonWith('folder-impossible', name) }) };
  }
  const { 'share-expire': expirySeconds, 'share-downloads': downloads, 'share-password': password } = read.data;
  const terms: ShareTerms = {
    ...(expirySeconds === undefined ? {} : { expirySeconds }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(password === undefined || password === '' ? {} : { password }),
  };
  const wanted = share ?? Object.keys(terms).length > 0;
  if (wanted && direct) return { refused: problem('option-invalid', { option: 'direct', why: 'direct-or-share' }) };
  if (wanted) {
    const refused = refuseTerms(terms);
    if (refused !== undefined) return { refused };
  }
  return {
    value: {
      to: names,
      conflict,
      direct,
      ...(policy === undefined || policy === '' ? {} : { policy }),
      ...(wanted ? { share: terms } : {}),
    },
  };
};

/** Where a file comes to lie. */
export const pathFor = (to: readonly string[], folder: readonly string[], name: string): string =>
  pathOf([...to, ...folder.map(queuedFolder), name]);

/** Folders that were chosen, by the options of a whole batch: reading them takes longer than all the rest of a place. */
const targets = new WeakMap<TransferOptions, readonly string[]>();

const targetOf = (options: TransferOptions): readonly string[] => {
  const known = targets.get(options);
  if (known !== undefined) return known;
  const read = chosen(options.extra);
  const to = 'refused' in read ? [] : read.value.to;
  targets.set(options, to);
  return to;
};

/** See `Naming.place`. */
export const placeFor = (names: readonly string[], options: TransferOptions): string => {
  const path = pathFor(targetOf(options), names.slice(0, -1), names.at(-1) ?? '');
  return pathOf(path.split('/').filter(Boolean).map(compared));
};
