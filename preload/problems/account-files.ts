import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Files and folders of an account, and the storage behind it. */
export const accountFileProblems = {
  'name-exists': {
    params: { server: 'text', name: 'text' },
    happened: m.problem_name_exists_happened,
    means: m.problem_name_exists_means,
    todo: m.problem_name_exists_todo,
    action: 'rename',
  },
  'name-numbered': {
    params: { server: 'text', name: 'text', used: 'text' },
    happened: m.problem_name_numbered_happened,
    means: m.problem_name_numbered_means,
  },
  'name-in-use': {
    params: { server: 'text', name: 'text', used: 'text' },
    happened: m.problem_name_in_use_happened,
    means: m.problem_name_in_use_means,
  },
  'name-busy': {
    params: { server: 'text', name: 'text' },
    happened: m.problem_name_busy_happened,
    means: m.problem_name_busy_means,
  },
  'name-skipped': {
    params: { server: 'text', name: 'text' },
    happened: m.problem_name_skipped_happened,
    means: m.problem_name_skipped_means,
  },
  'name-refused': {
    params: { server: 'text', name: 'quoted', why: 'reason' },
    happened: m.problem_name_refused_happened,
    means: m.problem_name_refused_means,
    todo: m.problem_name_refused_todo,
    action: 'rename',
  },
  'name-awkward': {
    params: { name: 'quoted' },
    happened: m.problem_name_awkward_happened,
    means: m.problem_name_awkward_means,
    todo: m.problem_name_awkward_todo,
    action: 'rename',
  },
  'suffix-refused': {
    params: { name: 'text', suffix: 'text?', server: 'text' },
    happened: m.problem_suffix_refused_happened,
    means: m.problem_suffix_refused_means,
    todo: m.problem_suffix_refused_todo,
    action: 'other-server',
  },
  'policy-too-large': {
    params: { server: 'text', name: 'text', size: 'bytes' },
    happened: m.problem_policy_too_large_happened,
    means: m.problem_policy_too_large_means,
    todo: m.problem_policy_too_large_todo,
    action: 'other-server',
  },
  'policy-unusable': {
    params: { server: 'text', policy: 'text', why: 'reason' },
    happened: m.problem_policy_unusable_happened,
    means: m.problem_policy_unusable_means,
    todo: m.problem_policy_unusable_todo,
    action: 'other-server',
  },
  'parts-too-many': {
    params: { server: 'text', parts: 'number', limit: 'number' },
    happened: m.problem_parts_too_many_happened,
    means: m.problem_parts_too_many_means,
    todo: m.problem_parts_too_many_todo,
    action: 'other-server',
  },
  'part-too-small': {
    params: { server: 'text', chunk: 'bytes', limit: 'bytes' },
    happened: m.problem_part_too_small_happened,
    means: m.problem_part_too_small_means,
    todo: m.problem_part_too_small_todo,
    action: 'other-server',
  },
  'store-refused': {
    params: { server: 'text', status: 'number', words: 'text' },
    happened: m.problem_store_refused_happened,
    means: m.problem_store_refused_means,
    todo: m.problem_store_refused_todo,
    action: 'retry',
  },
  'quota-full': {
    params: { server: 'text', size: 'bytes?' },
    happened: m.problem_quota_full_happened,
    means: m.problem_quota_full_means,
    todo: m.problem_quota_full_todo,
    action: 'retry',
  },
  'folder-missing': {
    params: { server: 'text', path: 'text' },
    happened: m.problem_folder_missing_happened,
    means: m.problem_folder_missing_means,
    todo: m.problem_folder_missing_todo,
  },
  'file-gone-there': {
    params: { server: 'text', name: 'text' },
    happened: m.problem_file_gone_there_happened,
    means: m.problem_file_gone_there_means,
    todo: m.problem_file_gone_there_todo,
  },
  'no-permission': {
    params: { server: 'text', name: 'text?' },
    happened: m.problem_no_permission_happened,
    means: m.problem_no_permission_means,
    todo: m.problem_no_permission_todo,
    action: 'retry',
  },
  'lock-held': {
    params: { server: 'text', name: 'text' },
    happened: m.problem_lock_held_happened,
    means: m.problem_lock_held_means,
    todo: m.problem_lock_held_todo,
    action: 'retry',
  },
  'left-over': {
    params: { server: 'text', name: 'text' },
    happened: m.problem_left_over_happened,
    means: m.problem_left_over_means,
    todo: m.problem_left_over_todo,
    leaves: true,
  },
} as const satisfies ProblemArea;
