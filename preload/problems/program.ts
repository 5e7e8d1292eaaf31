import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** This program: its store, its profile, what is asked of it. */
export const programProblems = {
  'disk-full': {
    params: { path: 'text' },
    happened: m.problem_disk_full_happened,
    means: m.problem_disk_full_means,
    todo: m.problem_disk_full_todo,
    action: 'free-space',
  },
  fault: {
    params: { what: 'text', log: 'text?' },
    happened: m.problem_fault_happened,
    means: m.problem_fault_means,
    todo: m.problem_fault_todo,
  },
  'fault-ended': {
    params: { what: 'text', log: 'text?' },
    happened: m.problem_fault_ended_happened,
    means: m.problem_fault_ended_means,
    todo: m.problem_fault_ended_todo,
  },
  'row-damaged': {
    params: {},
    happened: m.problem_row_damaged_happened,
    means: m.problem_row_damaged_means,
    todo: m.problem_row_damaged_todo,
    action: 'drop',
  },
  // `aside`: where the damaged database is kept; empty: there was none.
  'store-restored': {
    params: { aside: 'text?', at: 'moment', salvaged: 'number' },
    happened: m.problem_store_restored_happened,
    means: m.problem_store_restored_means,
    todo: m.problem_store_restored_todo,
  },
  'store-reset': {
    params: { aside: 'text?', salvaged: 'number' },
    happened: m.problem_store_reset_happened,
    means: m.problem_store_reset_means,
    todo: m.problem_store_reset_todo,
  },
  'store-behind': {
    params: { added: 'number', keys: 'number' },
    happened: m.problem_store_behind_happened,
    means: m.problem_store_behind_means,
    todo: m.problem_store_behind_todo,
  },
  'keys-recovered': {
    params: { count: 'number' },
    happened: m.problem_keys_recovered_happened,
    means: m.problem_keys_recovered_means,
  },
  'journal-damaged': {
    params: { lines: 'number', path: 'text' },
    happened: m.problem_journal_damaged_happened,
    means: m.problem_journal_damaged_means,
    todo: m.problem_journal_damaged_todo,
  },
  'database-gone': {
    params: { path: 'text' },
    happened: m.problem_database_gone_happened,
    means: m.problem_database_gone_means,
    todo: m.problem_database_gone_todo,
    action: 'resume',
  },
  'profile-lost': {
    params: { path: 'text' },
    happened: m.problem_profile_lost_happened,
    means: m.problem_profile_lost_means,
    todo: m.problem_profile_lost_todo,
    action: 'resume',
  },
  'store-newer': {
    params: { version: 'number', known: 'number' },
    happened: m.problem_store_newer_happened,
    means: m.problem_store_newer_means,
    todo: m.problem_store_newer_todo,
  },
  'settings-broken': {
    params: { path: 'text', why: 'reason' },
    happened: m.problem_settings_broken_happened,
    means: m.problem_settings_broken_means,
    todo: m.problem_settings_broken_todo,
  },
  'profile-unwritable': {
    params: { path: 'text', reason: 'text' },
    happened: m.problem_profile_unwritable_happened,
    means: m.problem_profile_unwritable_means,
    todo: m.problem_profile_unwritable_todo,
  },
  'owner-silent': {
    params: { path: 'text', found: 'reason' },
    happened: m.problem_owner_silent_happened,
    means: m.problem_owner_silent_means,
    todo: m.problem_owner_silent_todo,
  },
  'owner-ending': {
    params: { pid: 'number' },
    happened: m.problem_owner_ending_happened,
    means: m.problem_owner_ending_means,
    todo: m.problem_owner_ending_todo,
  },
  'owner-gone': {
    params: {},
    happened: m.problem_owner_gone_happened,
    means: m.problem_owner_gone_means,
    todo: m.problem_owner_gone_todo,
  },
  'owner-older': {
    params: { version: 'text', running: 'text' },
    happened: m.problem_owner_older_happened,
    means: m.problem_owner_older_means,
    todo: m.problem_owner_older_todo,
  },
  'transfer-unknown': {
    params: { id: 'number' },
    happened: m.problem_transfer_unknown_happened,
    means: m.problem_transfer_unknown_means,
    todo: m.problem_transfer_unknown_todo,
  },
  'not-now': {
    params: { what: 'reason', state: 'text' },
    happened: m.problem_not_now_happened,
    means: m.problem_not_now_means,
  },
  'input-invalid': {
    params: { where: 'text?', why: 'reason' },
    happened: m.problem_input_invalid_happened,
    means: m.problem_input_invalid_means,
    todo: m.problem_input_invalid_todo,
  },
  'method-unknown': {
    params: { method: 'text' },
    happened: m.problem_method_unknown_happened,
    means: m.problem_method_unknown_means,
    todo: m.problem_method_unknown_todo,
  },
  internal: {
    params: { what: 'text' },
    happened: m.problem_internal_happened,
    means: m.problem_internal_means,
    todo: m.problem_internal_todo,
    action: 'retry',
  },
} as const satisfies ProblemArea;
