import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** The window in a browser: drops, its sign-in, where it is offered. */
export const browserProblems = {
  'not-in-browser': [m.problem_not_in_browser, { what: 'reason' }],
  'outside-root': [m.problem_outside_root, { path: 'text', root: 'text' }],
  'folder-unreadable': [m.problem_folder_unreadable, { path: 'text', reason: 'reason' }],
  'inbox-full': [m.problem_inbox_full, { size: 'bytes', free: 'bytes' }, 'free-space'],
  'inbox-file-gone': [m.problem_inbox_file_gone, { name: 'text' }],
  'drop-broken': [m.problem_drop_broken, { count: 'number', names: 'text' }],
  'drop-unknown': [m.problem_drop_unknown],
  'drop-size': [m.problem_drop_size, { name: 'text', size: 'bytes', got: 'bytes' }],
  'drop-slow': [m.problem_drop_slow, { name: 'text', seconds: 'number' }],
  'drops-many': [m.problem_drops_many, { count: 'number' }],
  'sign-in-needed': [m.problem_sign_in_needed, {}, 'sign-in'],
  'link-over': [m.problem_link_over, {}, 'sign-in'],
  'web-password-wrong': [m.problem_web_password_wrong, {}, 'sign-in'],
  'web-password-wait': [m.problem_web_password_wait, { seconds: 'number' }, 'sign-in'],
  'web-password-missing': [m.problem_web_password_missing, { address: 'text' }],
  'web-running': [m.problem_web_running, { url: 'text' }],
  'web-not-running': [m.problem_web_not_running],
  'web-cannot-listen': [m.problem_web_cannot_listen, { address: 'text', reason: 'text' }],
  'window-not-built': [m.problem_window_not_built, { path: 'text' }],
  'request-refused': [m.problem_request_refused, { why: 'reason' }],
} as const satisfies ProblemArea;
