import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Servers that are added, named and removed. */
export const savedServerProblems = {
  'server-unknown': {
    params: { name: 'text' },
    happened: m.problem_server_unknown_happened,
    means: m.problem_server_unknown_means,
    todo: m.problem_server_unknown_todo,
  },
  'server-none': {
    params: {},
    happened: m.problem_server_none_happened,
    means: m.problem_server_none_means,
    todo: m.problem_server_none_todo,
  },
  'server-unreadable': {
    params: { name: 'text' },
    happened: m.problem_server_unreadable_happened,
    means: m.problem_server_unreadable_means,
    todo: m.problem_server_unreadable_todo,
  },
  'server-choice': {
    params: { names: 'text' },
    happened: m.problem_server_choice_happened,
    means: m.problem_server_choice_means,
    todo: m.problem_server_choice_todo,
  },
  'server-name-taken': {
    params: { name: 'text' },
    happened: m.problem_server_name_taken_happened,
    means: m.problem_server_name_taken_means,
    todo: m.problem_server_name_taken_todo,
  },
  'server-in-use': {
    params: { name: 'text', count: 'number' },
    happened: m.problem_server_in_use_happened,
    means: m.problem_server_in_use_means,
    todo: m.problem_server_in_use_todo,
  },
  'server-unrecognised': {
    params: { address: 'text', tried: 'text' },
    happened: m.problem_server_unrecognised_happened,
    means: m.problem_server_unrecognised_means,
    todo: m.problem_server_unrecognised_todo,
  },
  'address-invalid': {
    params: { address: 'text' },
    happened: m.problem_address_invalid_happened,
    means: m.problem_address_invalid_means,
    todo: m.problem_address_invalid_todo,
  },
  'kind-unknown': {
    params: { kind: 'text', known: 'text' },
    happened: m.problem_kind_unknown_happened,
    means: m.problem_kind_unknown_means,
    todo: m.problem_kind_unknown_todo,
  },
} as const satisfies ProblemArea;
