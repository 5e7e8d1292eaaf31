import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** What a server allows an upload to be and to ask for. */
export const limitProblems = {
  'too-large': [m.problem_too_large, { name: 'text', size: 'bytes', limit: 'bytes', server: 'text' }, 'other-server'],
  'chunks-too-many': [
    m.problem_chunks_too_many,
    { name: 'text', server: 'text', chunkSize: 'bytes', chunks: 'amount', limit: 'amount' },
    'other-server',
  ],
  'expiry-too-long': [m.problem_expiry_too_long, { wanted: 'seconds', limit: 'seconds', server: 'text' }],
  'expiry-invalid': [m.problem_expiry_invalid, { wanted: 'text' }],
  'key-invalid': [m.problem_key_invalid, { wanted: 'text' }],
  'key-normalised': [m.problem_key_normalised, { wanted: 'text', used: 'text' }],
  'key-taken': [m.problem_key_taken, { wanted: 'text', got: 'text' }],
  'key-held-by-lost-answer': [m.problem_key_held_by_lost_answer, { wanted: 'text', until: 'moment' }],
  'group-too-small': [m.problem_group_too_small, { count: 'number' }],
  'group-too-large': [m.problem_group_too_large, { count: 'number', limit: 'number', server: 'text' }],
  'groups-unsupported': [m.problem_groups_unsupported, { server: 'text' }],
  'option-unsupported': [m.problem_option_unsupported, { option: 'text', server: 'text' }],
  'option-invalid': [m.problem_option_invalid, { option: 'text', why: 'reason' }],
  'deadline-near': [
    m.problem_deadline_near,
    { hours: 'hours', server: 'text', needsMs: 'ms?', limited: 'flag?' },
    'other-server',
  ],
  'deadline-passed': [m.problem_deadline_passed, { hours: 'hours', server: 'text' }],
  // `givesMs`, `needsMs`: what the server gives an upload, and what this one needs at its speed; 0: not known. `limited`: our own
  // speed limit is the cause. `adjustable`: its administrator can change it.
  'deadline-too-short': [
    m.problem_deadline_too_short,
    { server: 'text', givesMs: 'ms', needsMs: 'ms?', limited: 'flag', adjustable: 'flag' },
    'retry',
  ],
} as const satisfies ProblemArea;
