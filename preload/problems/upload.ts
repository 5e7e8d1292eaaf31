import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** The course of an upload, and its end. */
export const uploadProblems = {
  'cut-spoilt': {
    params: { server: 'text' },
    happened: m.problem_cut_spoilt_happened,
    means: m.problem_cut_spoilt_means,
    todo: m.problem_cut_spoilt_todo,
  },
  'chunk-being-stored': {
    params: { server: 'text' },
    happened: m.problem_chunk_being_stored_happened,
    means: m.problem_chunk_being_stored_means,
  },
  'chunk-not-stored': {
    params: { server: 'text', minutes: 'number' },
    happened: m.problem_chunk_not_stored_happened,
    means: m.problem_chunk_not_stored_means,
  },
  'session-gone': {
    params: { server: 'text' },
    happened: m.problem_session_gone_happened,
    means: m.problem_session_gone_means,
  },
  'lost-often': {
    params: { server: 'text', times: 'number' },
    happened: m.problem_lost_often_happened,
    means: m.problem_lost_often_means,
    todo: m.problem_lost_often_todo,
    action: 'other-server',
  },
  'verify-length': {
    params: { server: 'text', stored: 'bytes', size: 'bytes' },
    happened: m.problem_verify_length_happened,
    means: m.problem_verify_length_means,
  },
  'verify-failed': {
    params: { server: 'text', tries: 'number' },
    happened: m.problem_verify_failed_happened,
    means: m.problem_verify_failed_means,
    todo: m.problem_verify_failed_todo,
    action: 'other-server',
  },
  'not-completed': {
    params: { server: 'text', words: 'text?' },
    happened: m.problem_not_completed_happened,
    means: m.problem_not_completed_means,
  },
  'never-completed': {
    params: { server: 'text', words: 'text?', tries: 'number' },
    happened: m.problem_never_completed_happened,
    means: m.problem_never_completed_means,
    todo: m.problem_never_completed_todo,
    action: 'other-server',
  },
  'upload-key-lost': {
    params: { server: 'text' },
    happened: m.problem_upload_key_lost_happened,
    means: m.problem_upload_key_lost_means,
  },
  'delete-key-lost': {
    params: { server: 'text' },
    happened: m.problem_delete_key_lost_happened,
    means: m.problem_delete_key_lost_means,
  },
  'outcome-unknown': {
    params: { server: 'text' },
    happened: m.problem_outcome_unknown_happened,
    means: m.problem_outcome_unknown_means,
    todo: m.problem_outcome_unknown_todo,
    action: 'retry',
  },
  'decision-unavailable': {
    params: { decision: 'quoted', possible: 'text?' },
    happened: m.problem_decision_unavailable_happened,
    means: m.problem_decision_unavailable_means,
    todo: m.problem_decision_unavailable_todo,
  },
  'decision-needs': {
    params: { decision: 'quoted', needs: 'text' },
    happened: m.problem_decision_needs_happened,
    means: m.problem_decision_needs_means,
    todo: m.problem_decision_needs_todo,
  },
  'decision-value': {
    params: { decision: 'quoted', takes: 'text?' },
    happened: m.problem_decision_value_happened,
    means: m.problem_decision_value_means,
    todo: m.problem_decision_value_todo,
  },
  'marked-uploaded': {
    params: { server: 'text' },
    happened: m.problem_marked_uploaded_happened,
    means: m.problem_marked_uploaded_means,
  },
  'left-on-server': {
    params: { server: 'text', until: 'moment' },
    happened: m.problem_left_on_server_happened,
    means: m.problem_left_on_server_means,
  },
  freed: {
    params: { server: 'text' },
    happened: m.problem_freed_happened,
    means: m.problem_freed_means,
  },
  'freed-later': {
    params: { server: 'text' },
    happened: m.problem_freed_later_happened,
    means: m.problem_freed_later_means,
  },
  'doubt-left': {
    params: { server: 'text' },
    happened: m.problem_doubt_left_happened,
    means: m.problem_doubt_left_means,
    todo: m.problem_doubt_left_todo,
  },
  'front-buffers': {
    params: { server: 'text' },
    happened: m.problem_front_buffers_happened,
    means: m.problem_front_buffers_means,
    todo: m.problem_front_buffers_todo,
  },
  'front-ignores-abort': {
    params: { server: 'text' },
    happened: m.problem_front_ignores_abort_happened,
    means: m.problem_front_ignores_abort_means,
  },
  'front-practice': {
    params: { server: 'text' },
    happened: m.problem_front_practice_happened,
    means: m.problem_front_practice_means,
  },
  'front-bare': {
    params: { server: 'text' },
    happened: m.problem_front_bare_happened,
    means: m.problem_front_bare_means,
    todo: m.problem_front_bare_todo,
  },
  'web-address-unknown': {
    params: { server: 'text' },
    happened: m.problem_web_address_unknown_happened,
    means: m.problem_web_address_unknown_means,
    todo: m.problem_web_address_unknown_todo,
  },
  'server-assembling': {
    params: { server: 'text' },
    happened: m.problem_server_assembling_happened,
    means: m.problem_server_assembling_means,
  },
  'not-deletable': {
    params: { server: 'text' },
    happened: m.problem_not_deletable_happened,
    means: m.problem_not_deletable_means,
  },
} as const satisfies ProblemArea;
