import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Passwords and other secrets, and where they are kept. */
export const secretProblems = {
  'password-wrong': {
    params: { server: 'text' },
    happened: m.problem_password_wrong_happened,
    means: m.problem_password_wrong_means,
    todo: m.problem_password_wrong_todo,
    action: 'sign-in',
  },
  'password-missing': {
    params: { server: 'text' },
    happened: m.problem_password_missing_happened,
    means: m.problem_password_missing_means,
    todo: m.problem_password_missing_todo,
    action: 'sign-in',
  },
  'password-unsendable': {
    params: { why: 'reason' },
    happened: m.problem_password_unsendable_happened,
    means: m.problem_password_unsendable_means,
    todo: m.problem_password_unsendable_todo,
    action: 'sign-in',
  },
  'password-not-needed': {
    params: { server: 'text' },
    happened: m.problem_password_not_needed_happened,
    means: m.problem_password_not_needed_means,
  },
  'secret-in-app': {
    params: { server: 'text' },
    happened: m.problem_secret_in_app_happened,
    means: m.problem_secret_in_app_means,
    todo: m.problem_secret_in_app_todo,
    action: 'start-app',
  },
  'secret-missing': {
    params: { server: 'text', where: 'text' },
    happened: m.problem_secret_missing_happened,
    means: m.problem_secret_missing_means,
    todo: m.problem_secret_missing_todo,
    action: 'sign-in',
  },
  'secrets-were-open': {
    params: { path: 'text' },
    happened: m.problem_secrets_were_open_happened,
    means: m.problem_secrets_were_open_means,
    todo: m.problem_secrets_were_open_todo,
  },
  'secrets-broken': {
    params: { path: 'text' },
    happened: m.problem_secrets_broken_happened,
    means: m.problem_secrets_broken_means,
    todo: m.problem_secrets_broken_todo,
    action: 'sign-in',
  },
  'vault-locked': {
    params: { server: 'text' },
    happened: m.problem_vault_locked_happened,
    means: m.problem_vault_locked_means,
    todo: m.problem_vault_locked_todo,
    action: 'retry',
  },
  'vault-refused': {
    params: { server: 'text' },
    happened: m.problem_vault_refused_happened,
    means: m.problem_vault_refused_means,
    todo: m.problem_vault_refused_todo,
  },
  'secret-unreadable': {
    params: { server: 'text' },
    happened: m.problem_secret_unreadable_happened,
    means: m.problem_secret_unreadable_means,
    todo: m.problem_secret_unreadable_todo,
    action: 'sign-in',
  },
  'vault-unavailable': {
    params: { server: 'text' },
    happened: m.problem_vault_unavailable_happened,
    means: m.problem_vault_unavailable_means,
    todo: m.problem_vault_unavailable_todo,
  },
  'vault-unchosen': {
    params: {},
    happened: m.problem_vault_unchosen_happened,
    means: m.problem_vault_unchosen_means,
    todo: m.problem_vault_unchosen_todo,
  },
  'secret-unkept': {
    params: { server: 'text' },
    happened: m.problem_secret_unkept_happened,
    means: m.problem_secret_unkept_means,
    todo: m.problem_secret_unkept_todo,
    action: 'sign-in',
  },
  'upload-secret-unkept': {
    params: { server: 'text' },
    happened: m.problem_upload_secret_unkept_happened,
    means: m.problem_upload_secret_unkept_means,
    todo: m.problem_upload_secret_unkept_todo,
    action: 'sign-in',
  },
  'vault-keeps-nothing': {
    params: { server: 'text' },
    happened: m.problem_vault_keeps_nothing_happened,
    means: m.problem_vault_keeps_nothing_means,
    todo: m.problem_vault_keeps_nothing_todo,
  },
} as const satisfies ProblemArea;
