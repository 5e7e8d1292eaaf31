import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** What a term of an upload is, where a sentence has to name it. */
export const changeTerms = ['server', 'expiry', 'key', 'folder', 'conflict', 'share', 'other'] as const;
export type ChangeTerm = (typeof changeTerms)[number];

/** Changing the terms of uploads that were added earlier. */
export const changeProblems = {
  'change-over': [m.problem_change_over, { state: 'state' }],
  'change-fixed': [m.problem_change_fixed, { server: 'text', term: changeTerms }],
  'change-finishing': [m.problem_change_finishing, { server: 'text' }],
  'change-group': [m.problem_change_group, { term: ['server', 'key'] }],
  'change-key-several': [m.problem_change_key_several, { count: 'number' }],
  'change-left-out': [m.problem_change_left_out, { server: 'text' }],
} as const satisfies ProblemArea;
