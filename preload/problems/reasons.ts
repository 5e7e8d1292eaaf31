/**
 * What a problem says in a few words of ours: a closed set of codes, each with its words in the catalogue. Some name a value as
 * well, after a colon (`status:404`).
 */
import { m } from '../paraglide/messages.js';

export const reasonCodes = [
  'size',
  'modified',
  'replaced',
  'content',
  'content-unsure',
  'sent-anew',
  'now-folder',
  'now-pipe',
  'now-socket',
  'now-device',
  'now-special',
  'folder',
  'pipe',
  'socket',
  'device',
  'special',
  'permission-denied',
  'not-permitted',
  'disk-failed',
  'link-circle',
  'name-long',
  'drive-lost',
  'files-open',
  'in-use',
  'name-no-utf8',
  'no-certificate',
  'connection-refused',
  'closed-there',
  'closed-here',
  'no-answer',
  'name-unknown',
  'no-route',
  'address-unavailable',
  'no-tls',
  'no-http',
  'broken',
  'tunnel-ended',
  'tunnel-login',
  'tunnel-status',
  'self-signed',
  'ca-unknown',
  'certificate-expired',
  'not-yet-valid',
  'certificate-revoked',
  'other-name',
  'web-page',
  'web-page-status',
  'status',
  'chunks-not-file',
  'download-no-length',
  'upload-no-ranges',
  'part-no-tag',
  'direct-link-no-address',
  'direct-link-invalid',
  'capacity-no-numbers',
  'file-no-facts',
  'refresh-no-tokens',
  'session-no-facts',
  'share-no-link',
  'list-no-shares',
  'share-no-facts',
  'folder-no-facts',
  'version-none',
  'account-no-address',
  'sign-in-no-tokens',
  'captcha-no-picture',
  'folder-no-list',
  'is-empty',
  'means-folder',
  'control-characters',
  'forbidden-characters',
  'name-pattern',
  'policy-kind',
  'no-chunk-size',
  'no-finish-secret',
  'no-finish-address',
  'sessions-long',
  'no-address',
  'no-credential',
  'no-target',
  'address-invalid',
  'key-unreadable',
  'expiry-long',
  'not-positive',
  'password-letters',
  'direct-or-share',
  'downloads-none',
  'folder-means-folder',
  'folder-control-characters',
  'folder-impossible',
  'not-flag',
  'not-number',
  'not-text',
  'not-in-range',
  'file-no-id',
  'not-choice',
  'not-folder',
  'no-web-address',
  'scheme-unspoken',
  'percent-unescaped',
  'edge-space',
  'control-character',
  'beyond-latin1',
  'no-sign-in',
  'not-json',
  'unexpected',
  'group-file-gone',
  'delete-key-wrong',
  'on-head',
  'system-dialog',
  'host-clipboard',
  'host-pages',
  'host-files',
  'shortcuts',
  'following-links',
  'opening-profile',
  'decided',
  'paused',
  'resumed',
  'retried',
  'cancelled',
  'removed',
  'database-in-use',
  'window-silent',
  'socket-none',
  'socket-closed',
  'control-for-owner',
  'wrong-method',
  'no-path',
  'no-socket',
  'no-page',
  'control-from-page',
  'no-origin',
  'wrong-origin',
  'wrong-host',
  'other-site',
  'unknown',
  'no-length',
  'outside-drop',
  'item-mixed',
  'ended-early',
  'too-long',
  'no-secret',
  'folder-is-empty',
  'addresses-of-parts',
  'store-silent',
  'sign-in-no-code',
  'sign-in-no-token',
  'secret-of-run',
  'secret-of-app',
  'folder-of-others',
  'page-leads-to',
  'page-went-elsewhere',
  'input-type',
  'input-above',
  'input-below',
  'input-not-over',
  'input-long',
  'input-short',
  'input-one-of',
  'input-unknown',
  'input-format',
  'path-elsewhere',
  'files-many',
  'password-in-address',
  'shortcut-keys',
  'pattern-unusable',
  'link-template-unusable',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

const known: ReadonlySet<string> = new Set(reasonCodes);

/** Marks words that are not ours where they could be taken for a code. No code begins with it. */
const saidMark = '!';

declare const isSaid: unique symbol;
/** Words that a server or the system said. */
export type Said = string & { readonly [isSaid]: true };

/** A code, one with values of its own, or words that a server or the system said. */
export type Reason = ReasonCode | `${ReasonCode}:${string}` | Said;

/** A code that names values of its own: a status, a name. */
export const reasonWith = (code: ReasonCode, ...values: readonly [string | number, ...(string | number)[]]): Reason =>
  `${code}:${values.join(':')}`;

/** Words that a server or the system said (`EIO`): shown as they are, also where they equal a code. */
export const asSaid = (words: string): Said =>
  (words.startsWith(saidMark) || known.has(words.split(':', 1)[0] ?? '') ? `${saidMark}${words}` : words) as Said;

/** A text that may be a code of ours; else it is shown as it is. */
export const asReason = (text: string): Reason =>
  known.has(text.split(':', 1)[0] ?? '') ? (text as ReasonCode) : asSaid(text);

/** The words of a reason. What a server or the system said stays as it is, and so does what an earlier version stored. */
export const reasonWords = (text: string): string => {
  if (text.startsWith(saidMark)) return text.slice(saidMark.length);
  const at = text.indexOf(':');
  const [reason, value] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  if (!known.has(reason)) return text;
  const [first = '', second = ''] = value.split(':');
  return m.problem_reason({ reason, value, first, second });
};
