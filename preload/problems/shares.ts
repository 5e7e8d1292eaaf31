import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Shares: made, allowed, taken back. */
export const shareProblems = {
  'share-not-allowed': {
    params: { server: 'text' },
    happened: m.problem_share_not_allowed_happened,
    means: m.problem_share_not_allowed_means,
  },
  'direct-link-refused': {
    params: { server: 'text' },
    happened: m.problem_direct_link_refused_happened,
    means: m.problem_direct_link_refused_means,
  },
  'sharing-refused': {
    params: { server: 'text' },
    happened: m.problem_sharing_refused_happened,
    means: m.problem_sharing_refused_means,
    todo: m.problem_sharing_refused_todo,
  },
  'linking-refused': {
    params: { server: 'text' },
    happened: m.problem_linking_refused_happened,
    means: m.problem_linking_refused_means,
    todo: m.problem_linking_refused_todo,
  },
  'share-path-unknown': {
    params: { name: 'text' },
    happened: m.problem_share_path_unknown_happened,
    means: m.problem_share_path_unknown_means,
    todo: m.problem_share_path_unknown_todo,
  },
  'share-unknown': {
    params: { key: 'text' },
    happened: m.problem_share_unknown_happened,
    means: m.problem_share_unknown_means,
    todo: m.problem_share_unknown_todo,
  },
  'share-ambiguous': {
    params: { wanted: 'text', count: 'number', shares: 'text' },
    happened: m.problem_share_ambiguous_happened,
    means: m.problem_share_ambiguous_means,
    todo: m.problem_share_ambiguous_todo,
  },
  'share-no-delete-key': {
    params: { key: 'text' },
    happened: m.problem_share_no_delete_key_happened,
    means: m.problem_share_no_delete_key_means,
  },
  'revoke-unanswered': {
    params: { server: 'text', reason: 'text', again: 'flag' },
    happened: m.problem_revoke_unanswered_happened,
    means: m.problem_revoke_unanswered_means,
    todo: m.problem_revoke_unanswered_todo,
  },
  'share-is-group': {
    params: { key: 'text' },
    happened: m.problem_share_is_group_happened,
    means: m.problem_share_is_group_means,
  },
} as const satisfies ProblemArea;
