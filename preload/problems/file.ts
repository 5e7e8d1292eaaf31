import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Files on this machine, and the names they get. */
export const fileProblems = {
  'file-missing': {
    params: { path: 'text' },
    happened: m.problem_file_missing_happened,
    means: m.problem_file_missing_means,
    todo: m.problem_file_missing_todo,
    action: 'choose-file',
  },
  'file-unreadable': {
    params: { path: 'text', reason: 'reason' },
    happened: m.problem_file_unreadable_happened,
    means: m.problem_file_unreadable_means,
    todo: m.problem_file_unreadable_todo,
    action: 'retry',
  },
  'file-empty': {
    params: { path: 'text', server: 'text' },
    happened: m.problem_file_empty_happened,
    means: m.problem_file_empty_means,
    todo: m.problem_file_empty_todo,
    action: 'drop',
  },
  'file-is-link': {
    params: { path: 'text' },
    happened: m.problem_file_is_link_happened,
    means: m.problem_file_is_link_means,
    todo: m.problem_file_is_link_todo,
  },
  'file-is-special': {
    params: { path: 'text', what: 'reason' },
    happened: m.problem_file_is_special_happened,
    means: m.problem_file_is_special_means,
    todo: m.problem_file_is_special_todo,
    action: 'drop',
  },
  'folder-empty': {
    params: { path: 'text' },
    happened: m.problem_folder_empty_happened,
    means: m.problem_folder_empty_means,
    todo: m.problem_folder_empty_todo,
    action: 'choose-file',
  },
  'file-changed': {
    params: { path: 'text', what: 'reason' },
    happened: m.problem_file_changed_happened,
    means: m.problem_file_changed_means,
    todo: m.problem_file_changed_todo,
    action: 'send-new',
  },
  'file-size-wrong': {
    params: { path: 'text', size: 'bytes' },
    happened: m.problem_file_size_wrong_happened,
    means: m.problem_file_size_wrong_means,
    todo: m.problem_file_size_wrong_todo,
    action: 'drop',
  },
  'file-compared': {
    params: { path: 'text' },
    happened: m.problem_file_compared_happened,
    means: m.problem_file_compared_means,
  },
  'file-read-short': {
    params: { path: 'text', wanted: 'bytes', got: 'bytes' },
    happened: m.problem_file_read_short_happened,
    means: m.problem_file_read_short_means,
    todo: m.problem_file_read_short_todo,
    action: 'retry',
  },
  'name-adapted': {
    params: { name: 'text', used: 'text', server: 'text' },
    happened: m.problem_name_adapted_happened,
    means: m.problem_name_adapted_means,
  },
  'already-queued': {
    params: { id: 'number', name: 'text' },
    happened: m.problem_already_queued_happened,
    means: m.problem_already_queued_means,
  },
  'names-flattened': {
    params: { server: 'text' },
    happened: m.problem_names_flattened_happened,
    means: m.problem_names_flattened_means,
  },
} as const satisfies ProblemArea;
