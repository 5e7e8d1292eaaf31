import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Passwords and other secrets, and where they are kept. */
export const secretProblems = {
  'password-wrong': [m.problem_password_wrong, { server: 'text' }, 'sign-in'],
  'password-missing': [m.problem_password_missing, { server: 'text' }, 'sign-in'],
  'password-unsendable': [m.problem_password_unsendable, { why: 'reason' }, 'sign-in'],
  'password-not-needed': [m.problem_password_not_needed, { server: 'text' }],
  'secret-in-app': [m.problem_secret_in_app, { server: 'text' }, 'start-app'],
  'secret-missing': [m.problem_secret_missing, { server: 'text', where: 'reason' }, 'sign-in'],
  'secrets-were-open': [m.problem_secrets_were_open, { path: 'text' }],
  'secrets-broken': [m.problem_secrets_broken, { path: 'text' }, 'sign-in'],
  'vault-locked': [m.problem_vault_locked, { server: 'text' }, 'retry'],
  'vault-refused': [m.problem_vault_refused, { server: 'text' }],
  'secret-unreadable': [m.problem_secret_unreadable, { server: 'text' }, 'sign-in'],
  'vault-unavailable': [m.problem_vault_unavailable, { server: 'text' }],
  'vault-unchosen': [m.problem_vault_unchosen],
  'secret-unkept': [m.problem_secret_unkept, { server: 'text' }, 'sign-in'],
  'upload-secret-unkept': [m.problem_upload_secret_unkept, { server: 'text' }, 'sign-in'],
  'vault-keeps-nothing': [m.problem_vault_keeps_nothing, { server: 'text' }],
} as const satisfies ProblemArea;
