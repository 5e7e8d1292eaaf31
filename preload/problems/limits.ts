import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** What a server allows an upload to be and to ask for. */
export const limitProblems = {
  'too-large': {
    params: { name: 'text', size: 'bytes', limit: 'bytes', server: 'text' },
    happened: m.problem_too_large_happened,
    means: m.problem_too_large_means,
    todo: m.problem_too_large_todo,
    action: 'other-server',
  },
  'chunks-too-many': {
    params: { name: 'text', server: 'text', chunkSize: 'bytes', chunks: 'amount', limit: 'amount' },
    happened: m.problem_chunks_too_many_happened,
    means: m.problem_chunks_too_many_means,
    todo: m.problem_chunks_too_many_todo,
    action: 'other-server',
  },
  'expiry-too-long': {
    params: { wanted: 'seconds', limit: 'seconds', server: 'text' },
    happened: m.problem_expiry_too_long_happened,
    means: m.problem_expiry_too_long_means,
    todo: m.problem_expiry_too_long_todo,
  },
  'expiry-invalid': {
    params: { wanted: 'text' },
    happened: m.problem_expiry_invalid_happened,
    means: m.problem_expiry_invalid_means,
    todo: m.problem_expiry_invalid_todo,
  },
  'key-invalid': {
    params: { wanted: 'text' },
    happened: m.problem_key_invalid_happened,
    means: m.problem_key_invalid_means,
    todo: m.problem_key_invalid_todo,
  },
  'key-normalised': {
    params: { wanted: 'text', used: 'text' },
    happened: m.problem_key_normalised_happened,
    means: m.problem_key_normalised_means,
  },
  'key-taken': {
    params: { wanted: 'text', got: 'text' },
    happened: m.problem_key_taken_happened,
    means: m.problem_key_taken_means,
  },
  'key-held-by-lost-answer': {
    params: { wanted: 'text', until: 'moment' },
    happened: m.problem_key_held_by_lost_answer_happened,
    means: m.problem_key_held_by_lost_answer_means,
  },
  'group-too-small': {
    params: { count: 'number' },
    happened: m.problem_group_too_small_happened,
    means: m.problem_group_too_small_means,
    todo: m.problem_group_too_small_todo,
  },
  'group-too-large': {
    params: { count: 'number', limit: 'number', server: 'text' },
    happened: m.problem_group_too_large_happened,
    means: m.problem_group_too_large_means,
    todo: m.problem_group_too_large_todo,
  },
  'groups-unsupported': {
    params: { server: 'text' },
    happened: m.problem_groups_unsupported_happened,
    means: m.problem_groups_unsupported_means,
    todo: m.problem_groups_unsupported_todo,
  },
  'option-unsupported': {
    params: { option: 'text', server: 'text' },
    happened: m.problem_option_unsupported_happened,
    means: m.problem_option_unsupported_means,
    todo: m.problem_option_unsupported_todo,
  },
  'option-invalid': {
    params: { option: 'text', why: 'reason' },
    happened: m.problem_option_invalid_happened,
    means: m.problem_option_invalid_means,
    todo: m.problem_option_invalid_todo,
  },
  'deadline-near': {
    params: { hours: 'hours', server: 'text', needsMs: 'ms?', limited: 'flag?' },
    happened: m.problem_deadline_near_happened,
    means: m.problem_deadline_near_means,
    todo: m.problem_deadline_near_todo,
    action: 'other-server',
  },
  'deadline-passed': {
    params: { hours: 'hours', server: 'text' },
    happened: m.problem_deadline_passed_happened,
    means: m.problem_deadline_passed_means,
  },
  // `givesMs`, `needsMs`: what the server gives an upload, and what this one needs at its speed; 0: not known. `limited`: our own
  // speed limit is the cause. `adjustable`: its administrator can change it.
  'deadline-too-short': {
    params: { server: 'text', givesMs: 'ms', needsMs: 'ms?', limited: 'flag', adjustable: 'flag' },
    happened: m.problem_deadline_too_short_happened,
    means: m.problem_deadline_too_short_means,
    todo: m.problem_deadline_too_short_todo,
    action: 'retry',
  },
} as const satisfies ProblemArea;
