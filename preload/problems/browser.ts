import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** The window in a browser: drops, its sign-in, where it is offered. */
export const browserProblems = {
  'not-in-browser': {
    params: { what: 'reason' },
    happened: m.problem_not_in_browser_happened,
    means: m.problem_not_in_browser_means,
    todo: m.problem_not_in_browser_todo,
  },
  'outside-root': {
    params: { path: 'text', root: 'text' },
    happened: m.problem_outside_root_happened,
    means: m.problem_outside_root_means,
    todo: m.problem_outside_root_todo,
  },
  'folder-unreadable': {
    params: { path: 'text', reason: 'reason' },
    happened: m.problem_folder_unreadable_happened,
    means: m.problem_folder_unreadable_means,
    todo: m.problem_folder_unreadable_todo,
  },
  'inbox-full': {
    params: { size: 'bytes', free: 'bytes' },
    happened: m.problem_inbox_full_happened,
    means: m.problem_inbox_full_means,
    todo: m.problem_inbox_full_todo,
    action: 'free-space',
  },
  'inbox-file-gone': {
    params: { name: 'text' },
    happened: m.problem_inbox_file_gone_happened,
    means: m.problem_inbox_file_gone_means,
    todo: m.problem_inbox_file_gone_todo,
  },
  'drop-broken': {
    params: { count: 'number', names: 'text' },
    happened: m.problem_drop_broken_happened,
    means: m.problem_drop_broken_means,
    todo: m.problem_drop_broken_todo,
  },
  'drop-unknown': {
    params: {},
    happened: m.problem_drop_unknown_happened,
    means: m.problem_drop_unknown_means,
    todo: m.problem_drop_unknown_todo,
  },
  'drop-size': {
    params: { name: 'text', size: 'bytes', got: 'bytes' },
    happened: m.problem_drop_size_happened,
    means: m.problem_drop_size_means,
    todo: m.problem_drop_size_todo,
  },
  'drop-slow': {
    params: { name: 'text', seconds: 'number' },
    happened: m.problem_drop_slow_happened,
    means: m.problem_drop_slow_means,
    todo: m.problem_drop_slow_todo,
  },
  'drops-many': {
    params: { count: 'number' },
    happened: m.problem_drops_many_happened,
    means: m.problem_drops_many_means,
    todo: m.problem_drops_many_todo,
  },
  'sign-in-needed': {
    params: {},
    happened: m.problem_sign_in_needed_happened,
    means: m.problem_sign_in_needed_means,
    todo: m.problem_sign_in_needed_todo,
    action: 'sign-in',
  },
  'link-over': {
    params: {},
    happened: m.problem_link_over_happened,
    means: m.problem_link_over_means,
    todo: m.problem_link_over_todo,
    action: 'sign-in',
  },
  'web-password-wrong': {
    params: {},
    happened: m.problem_web_password_wrong_happened,
    means: m.problem_web_password_wrong_means,
    todo: m.problem_web_password_wrong_todo,
    action: 'sign-in',
  },
  'web-password-wait': {
    params: { seconds: 'number' },
    happened: m.problem_web_password_wait_happened,
    means: m.problem_web_password_wait_means,
    todo: m.problem_web_password_wait_todo,
    action: 'sign-in',
  },
  'web-password-missing': {
    params: { address: 'text' },
    happened: m.problem_web_password_missing_happened,
    means: m.problem_web_password_missing_means,
    todo: m.problem_web_password_missing_todo,
  },
  'web-running': {
    params: { url: 'text' },
    happened: m.problem_web_running_happened,
    means: m.problem_web_running_means,
    todo: m.problem_web_running_todo,
  },
  'web-not-running': {
    params: {},
    happened: m.problem_web_not_running_happened,
    means: m.problem_web_not_running_means,
    todo: m.problem_web_not_running_todo,
  },
  'web-cannot-listen': {
    params: { address: 'text', reason: 'text' },
    happened: m.problem_web_cannot_listen_happened,
    means: m.problem_web_cannot_listen_means,
    todo: m.problem_web_cannot_listen_todo,
  },
  'window-not-built': {
    params: { path: 'text' },
    happened: m.problem_window_not_built_happened,
    means: m.problem_window_not_built_means,
    todo: m.problem_window_not_built_todo,
  },
  'request-refused': {
    params: { why: 'reason' },
    happened: m.problem_request_refused_happened,
    means: m.problem_request_refused_means,
    todo: m.problem_request_refused_todo,
  },
} as const satisfies ProblemArea;
