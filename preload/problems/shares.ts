import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Shares: made, allowed, taken back. */
export const shareProblems = {
  'share-not-allowed': [m.problem_share_not_allowed, { server: 'text' }],
  'direct-link-refused': [m.problem_direct_link_refused, { server: 'text' }],
  'sharing-refused': [m.problem_sharing_refused, { server: 'text' }],
  'linking-refused': [m.problem_linking_refused, { server: 'text' }],
  'share-path-unknown': [m.problem_share_path_unknown, { name: 'text' }],
  'share-unknown': [m.problem_share_unknown, { key: 'text' }],
  'share-ambiguous': [m.problem_share_ambiguous, { wanted: 'text', count: 'number', shares: 'text' }],
  'share-no-delete-key': [m.problem_share_no_delete_key, { key: 'text' }],
  'revoke-unanswered': [m.problem_revoke_unanswered, { server: 'text', reason: 'problem', again: 'flag' }],
  'share-not-here': [m.problem_share_not_here, { key: 'text' }],
  'share-no-end': [m.problem_share_no_end, { name: 'text' }],
  'share-is-group': [m.problem_share_is_group, { key: 'text' }],
} as const satisfies ProblemArea;
