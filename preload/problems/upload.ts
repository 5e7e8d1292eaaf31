import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** The course of an upload, and its end. */
export const uploadProblems = {
  'cut-spoilt': [m.problem_cut_spoilt, { server: 'text' }],
  'chunk-being-stored': [m.problem_chunk_being_stored, { server: 'text' }],
  'chunk-not-stored': [m.problem_chunk_not_stored, { server: 'text', minutes: 'number' }],
  'session-gone': [m.problem_session_gone, { server: 'text' }],
  'lost-often': [m.problem_lost_often, { server: 'text', times: 'number' }, 'other-server'],
  'verify-length': [m.problem_verify_length, { server: 'text', stored: 'bytes', size: 'bytes' }],
  'verify-failed': [m.problem_verify_failed, { server: 'text', tries: 'number' }, 'other-server'],
  'not-completed': [m.problem_not_completed, { server: 'text', words: 'reason?' }],
  'never-completed': [m.problem_never_completed, { server: 'text', words: 'reason?', tries: 'number' }, 'other-server'],
  'upload-key-lost': [m.problem_upload_key_lost, { server: 'text' }],
  'delete-key-lost': [m.problem_delete_key_lost, { server: 'text' }],
  'outcome-unknown': [m.problem_outcome_unknown, { server: 'text' }, 'retry'],
  'decision-unavailable': [m.problem_decision_unavailable, { decision: 'quoted', possible: 'text?' }],
  'decision-needs': [m.problem_decision_needs, { decision: 'quoted', needs: 'text' }],
  'decision-value': [m.problem_decision_value, { decision: 'quoted', takes: 'text?' }],
  'marked-uploaded': [m.problem_marked_uploaded, { server: 'text' }],
  'left-on-server': [m.problem_left_on_server, { server: 'text', until: 'moment' }, 'leaves'],
  freed: [m.problem_freed, { server: 'text' }],
  'freed-later': [m.problem_freed_later, { server: 'text' }, 'leaves'],
  'doubt-left': [m.problem_doubt_left, { server: 'text' }, 'leaves'],
  'front-buffers': [m.problem_front_buffers, { server: 'text' }],
  'front-ignores-abort': [m.problem_front_ignores_abort, { server: 'text' }],
  'front-practice': [m.problem_front_practice, { server: 'text' }],
  'front-bare': [m.problem_front_bare, { server: 'text' }],
  'web-address-unknown': [m.problem_web_address_unknown, { server: 'text' }],
  'server-assembling': [m.problem_server_assembling, { server: 'text' }],
  'not-deletable': [m.problem_not_deletable, { server: 'text' }, 'leaves'],
} as const satisfies ProblemArea;
