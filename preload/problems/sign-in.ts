import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Signing in with an account, and being signed in. */
export const signInProblems = {
  'signed-out': [m.problem_signed_out, { server: 'text' }, 'sign-in'],
  'token-renewed': [m.problem_token_renewed, { server: 'text' }, 'automatic'],
  'sign-in-asked': [m.problem_sign_in_asked, { server: 'text' }, 'sign-in'],
  'sign-in-over': [m.problem_sign_in_over, {}, 'sign-in'],
  'sign-in-unanswered': [m.problem_sign_in_unanswered, { wanted: 'text' }, 'sign-in'],
  'sign-in-page': [m.problem_sign_in_page, { page: 'text' }, 'sign-in'],
  'sign-in-page-failed': [m.problem_sign_in_page_failed, { page: 'text', reason: 'reason' }, 'sign-in'],
  'account-other': [m.problem_account_other, { server: 'text', account: 'text', wanted: 'text' }, 'sign-in'],
  'sign-in-port-taken': [m.problem_sign_in_port_taken, { address: 'text', reason: 'text' }, 'sign-in'],
  'sign-in-refused': [m.problem_sign_in_refused, { server: 'text', words: 'reason' }, 'sign-in'],
  'sign-in-mismatch': [m.problem_sign_in_mismatch, { server: 'text' }],
  'account-wrong': [m.problem_account_wrong, { server: 'text' }, 'sign-in'],
  'user-wrong': [m.problem_user_wrong, { server: 'text' }, 'sign-in'],
  'image-text-wrong': [m.problem_image_text_wrong, { server: 'text' }, 'sign-in'],
  'otp-wrong': [m.problem_otp_wrong, { server: 'text' }, 'sign-in'],
  'otp-late': [m.problem_otp_late, { server: 'text' }, 'sign-in'],
  'password-none': [m.problem_password_none, { server: 'text' }, 'sign-in'],
  'token-wrong': [m.problem_token_wrong, { server: 'text' }, 'sign-in'],
  'account-banned': [m.problem_account_banned, { server: 'text' }, 'sign-in'],
  'account-inactive': [m.problem_account_inactive, { server: 'text' }, 'sign-in'],
  'scope-missing': [m.problem_scope_missing, { server: 'text', scope: 'text' }, 'sign-in'],
} as const satisfies ProblemArea;
