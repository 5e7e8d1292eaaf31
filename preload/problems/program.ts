import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** This program: its store, its profile, what is asked of it. */
export const programProblems = {
  'disk-full': [m.problem_disk_full, { path: 'text' }, 'free-space'],
  'on-battery': [m.problem_on_battery, {}, 'resume'],
  'shortcut-refused': [m.problem_shortcut_refused, { keys: 'text' }],
  'shortcut-same': [m.problem_shortcut_same, { keys: 'text' }],
  'login-refused': [m.problem_login_refused, { reason: 'reason' }],
  fault: [m.problem_fault, { what: 'text', log: 'text?' }],
  'fault-ended': [m.problem_fault_ended, { what: 'text', log: 'text?' }],
  'row-damaged': [m.problem_row_damaged, {}, 'drop'],
  // `aside`: where the damaged database is kept; empty: there was none.
  'store-restored': [m.problem_store_restored, { aside: 'text?', at: 'moment', salvaged: 'number' }],
  'store-reset': [m.problem_store_reset, { aside: 'text?', salvaged: 'number' }],
  'store-behind': [m.problem_store_behind, { added: 'number', keys: 'number' }],
  'keys-recovered': [m.problem_keys_recovered, { count: 'number' }],
  'journal-damaged': [m.problem_journal_damaged, { lines: 'number', path: 'text' }],
  'database-gone': [m.problem_database_gone, { path: 'text' }, 'resume'],
  'profile-lost': [m.problem_profile_lost, { path: 'text' }, 'resume'],
  'store-newer': [m.problem_store_newer, { version: 'number', known: 'number' }],
  'settings-broken': [m.problem_settings_broken, { path: 'text', where: 'text?', why: 'reason' }],
  'profile-unwritable': [m.problem_profile_unwritable, { path: 'text', reason: 'reason' }],
  'owner-silent': [m.problem_owner_silent, { path: 'text', found: 'reason' }],
  'owner-ending': [m.problem_owner_ending, { pid: 'number' }],
  'owner-gone': [m.problem_owner_gone],
  'owner-older': [m.problem_owner_older, { version: 'text', running: 'text' }],
  'transfer-unknown': [m.problem_transfer_unknown, { id: 'number' }],
  'not-now': [m.problem_not_now, { what: 'reason', state: 'state' }],
  'input-invalid': [m.problem_input_invalid, { where: 'text?', why: 'reason' }],
  'file-not-saved': [m.problem_file_not_saved, { path: 'text' }],
  'method-unknown': [m.problem_method_unknown, { method: 'text' }],
  internal: [m.problem_internal, { what: 'text' }, 'retry'],
} as const satisfies ProblemArea;
