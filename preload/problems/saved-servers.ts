import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Servers that are added, named and removed. */
export const savedServerProblems = {
  'server-unknown': [m.problem_server_unknown, { name: 'text' }],
  'server-none': [m.problem_server_none],
  'server-unreadable': [m.problem_server_unreadable, { name: 'text' }],
  'server-choice': [m.problem_server_choice, { names: 'text' }],
  'server-name-taken': [m.problem_server_name_taken, { name: 'text' }],
  'server-in-use': [m.problem_server_in_use, { name: 'text', count: 'number' }],
  'server-address-links': [m.problem_server_address_links, { name: 'text', count: 'number' }],
  'server-address-begun': [m.problem_server_address_begun, { name: 'text', count: 'number' }],
  'server-unrecognised': [m.problem_server_unrecognised, { address: 'text', tried: 'text' }],
  'address-invalid': [m.problem_address_invalid, { address: 'text' }],
  'kind-unknown': [m.problem_kind_unknown, { kind: 'text', known: 'text' }],
  'link-unknown': [m.problem_link_unknown],
  'link-too-long': [m.problem_link_too_long, { most: 'number' }],
  'link-address': [m.problem_link_address],
  'link-files': [m.problem_link_files],
  'link-server-unknown': [m.problem_link_server_unknown, { name: 'text' }],
} as const satisfies ProblemArea;
