import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Files and folders of an account, and the storage behind it. */
export const accountFileProblems = {
  'name-exists': [m.problem_name_exists, { server: 'text', name: 'text' }, 'rename'],
  'name-taken': [m.problem_name_taken, { server: 'text', name: 'text' }, 'rename'],
  'name-numbered': [m.problem_name_numbered, { server: 'text', name: 'text', used: 'text' }],
  'name-in-use': [m.problem_name_in_use, { server: 'text', name: 'text', used: 'text' }],
  'name-busy': [m.problem_name_busy, { server: 'text', name: 'text' }],
  'name-skipped': [m.problem_name_skipped, { server: 'text', name: 'text' }],
  'name-refused': [m.problem_name_refused, { server: 'text', name: 'quoted', why: 'reason' }, 'rename'],
  'name-awkward': [m.problem_name_awkward, { name: 'quoted' }, 'rename'],
  'suffix-refused': [m.problem_suffix_refused, { name: 'text', suffix: 'text?', server: 'text' }, 'other-server'],
  'policy-too-large': [m.problem_policy_too_large, { server: 'text', name: 'text', size: 'bytes' }, 'other-server'],
  'policy-unusable': [m.problem_policy_unusable, { server: 'text', policy: 'text', why: 'reason' }, 'other-server'],
  'parts-too-many': [m.problem_parts_too_many, { server: 'text', parts: 'number', limit: 'number' }, 'other-server'],
  'part-too-small': [m.problem_part_too_small, { server: 'text', chunk: 'bytes', limit: 'bytes' }, 'other-server'],
  'store-refused': [m.problem_store_refused, { server: 'text', status: 'number', words: 'text' }, 'retry'],
  'quota-full': [m.problem_quota_full, { server: 'text', size: 'bytes?' }, 'retry'],
  'folder-missing': [m.problem_folder_missing, { server: 'text', path: 'text' }],
  'file-gone-there': [m.problem_file_gone_there, { server: 'text', name: 'text' }],
  'no-permission': [m.problem_no_permission, { server: 'text', name: 'text?' }, 'retry'],
  'not-owner': [m.problem_not_owner, { server: 'text' }, 'sign-in'],
  'lock-held': [m.problem_lock_held, { server: 'text', name: 'text' }, 'retry'],
  'left-over': [m.problem_left_over, { server: 'text', name: 'text' }, 'leaves'],
} as const satisfies ProblemArea;
