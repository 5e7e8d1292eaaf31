import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Files on this machine, and the names they get. */
export const fileProblems = {
  'file-missing': [m.problem_file_missing, { path: 'text' }, 'choose-file'],
  'file-unreadable': [m.problem_file_unreadable, { path: 'text', reason: 'reason' }, 'retry'],
  'file-empty': [m.problem_file_empty, { path: 'text', server: 'text' }, 'drop'],
  'file-is-link': [m.problem_file_is_link, { path: 'text' }],
  'file-is-special': [m.problem_file_is_special, { path: 'text', what: 'reason' }, 'drop'],
  'clipboard-empty': [m.problem_clipboard_empty],
  'pasted-large': [m.problem_pasted_large, { size: 'bytes', limit: 'bytes' }],
  'folder-excluded': [m.problem_folder_excluded, { path: 'text' }, 'choose-file'],
  'file-excluded': [m.problem_file_excluded, { name: 'text' }],
  'files-excluded': [m.problem_files_excluded, { count: 'number', names: 'text' }],
  'folder-empty': [m.problem_folder_empty, { path: 'text' }, 'choose-file'],
  'file-changed': [m.problem_file_changed, { path: 'text', what: 'reason' }, 'send-new'],
  'file-size-wrong': [m.problem_file_size_wrong, { path: 'text', size: 'bytes' }, 'drop'],
  'file-compared': [m.problem_file_compared, { path: 'text' }],
  'file-read-short': [m.problem_file_read_short, { path: 'text', wanted: 'bytes', got: 'bytes' }, 'retry'],
  'name-adapted': [m.problem_name_adapted, { name: 'text', used: 'text', server: 'text' }],
  'already-queued': [m.problem_already_queued, { id: 'number', name: 'text' }],
  'names-flattened': [m.problem_names_flattened, { server: 'text' }],
} as const satisfies ProblemArea;
