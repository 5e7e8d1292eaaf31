/** What is said of links that are revoked, and of files without a public link, which are deleted. */
import { m } from '../../preload/paraglide/messages.js';
import type { LinkRow } from './terms.ts';

const ofLinks = {
  details: ({ row }: { readonly row: LinkRow }): string => m.shares_details({ key: row.key }),
  ask: m.shares_revoke,
  askMany: m.shares_revoke_chosen,
  title: m.shares_revoke_title,
  one: m.shares_revoke_one,
  many: m.shares_revoke_many,
  rest: m.shares_revoke_left,
  does: m.shares_revoke_do,
  goingIn: m.shares_revoking_in,
  going: m.shares_revoking_now,
  unanswered: m.shares_being_revoked,
  unsure: m.shares_unsure,
  revoked: m.shares_revoked,
};

const ofFiles: typeof ofLinks = {
  details: ({ row }) => m.files_details({ name: row.name }),
  ask: m.files_delete,
  askMany: m.files_delete,
  title: m.files_delete_title,
  one: m.files_delete_one,
  many: m.files_delete_many,
  rest: m.files_delete_left,
  does: m.files_delete_do,
  goingIn: m.files_deleting_in,
  going: m.files_deleting_now,
  unanswered: m.files_being_deleted,
  unsure: m.files_unsure,
  revoked: m.files_deleted,
};

/** The words for these rows: those of files where there is no link among them. */
export const wordsOf = (rows: readonly LinkRow[]): typeof ofLinks =>
  rows.length > 0 && rows.every(({ isFile }) => isFile === true) ? ofFiles : ofLinks;
