import { words, type ProblemArea } from './words.ts';

/** Signing in with an account, and being signed in. */
export const signInProblems = {
  'signed-out': (p: { server: string }) =>
    words(
      `You are signed out of ${p.server}.`,
      'Its uploads wait; nothing is lost.',
      'Sign in again: they go on by themselves then.',
      'sign-in',
    ),
  'sign-in-asked': (p: { server: string }) =>
    words(`${p.server} asks to sign in with an account.`, 'Nothing was saved.', 'Sign in.', 'sign-in'),
  'sign-in-over': () =>
    words('This sign-in has ended, or took too long.', 'Nothing was changed.', 'Begin again.', 'sign-in'),
  'sign-in-unanswered': (p: { wanted: string }) =>
    words(`The sign-in asks for: ${p.wanted}.`, 'Nothing was changed.', 'Begin again, and give it.', 'sign-in'),
  'sign-in-page': (p: { page: string }) =>
    words(
      `The server asks for a proof that only a browser can give (${p.page}).`,
      'Nothing was changed.',
      'Sign in with the app, or in another way that it offers.',
      'sign-in',
    ),
  'sign-in-page-failed': (p: { page: string; reason: string }) =>
    words(
      `The sign-in page of ${p.page} could not be shown (${p.reason}).`,
      'Nothing was changed.',
      'Try again, or sign in in another way that the server offers.',
      'sign-in',
    ),
  'account-other': (p: { server: string; account: string; wanted: string }) =>
    words(
      `That is the account ${p.account}, and ${p.server} is used with ${p.wanted}.`,
      'Nothing was changed: its uploads belong to the other account.',
      `Sign in as ${p.wanted}, or add the other account as a server of its own.`,
      'sign-in',
    ),
  'oauth-port-taken': (p: { address: string; reason: string }) =>
    words(
      `Your browser could not come back: ${p.address} cannot be listened at (${p.reason}).`,
      'Nothing was changed.',
      'End the program that uses it, then begin again.',
      'sign-in',
    ),
  'oauth-refused': (p: { server: string; words: string }) =>
    words(
      `${p.server} did not let Stevedore in (${p.words}).`,
      'Nothing was changed.',
      'Begin again, and agree on its page.',
      'sign-in',
    ),
  'oauth-state': (p: { server: string }) =>
    words(
      `This answer belongs to another sign-in than the one at ${p.server} that is open.`,
      'It was not used.',
      'Agree on the page that was opened last.',
    ),
  'account-wrong': (p: { server: string }) =>
    words(
      `${p.server} does not take this address with this password.`,
      'Nothing was changed.',
      'Check both.',
      'sign-in',
    ),
  'captcha-wrong': (p: { server: string }) =>
    words(
      `That was not the text in the picture of ${p.server}.`,
      'Nothing was changed.',
      'Read the new one; the password is asked for again with it.',
      'sign-in',
    ),
  'otp-wrong': (p: { server: string }) =>
    words(
      `${p.server} does not take this code.`,
      'Nothing was changed.',
      'Give the one that is shown now; check the clock of this machine where none is taken.',
      'sign-in',
    ),
  'otp-late': (p: { server: string }) =>
    words(`${p.server} waited too long for the code.`, 'Nothing was changed.', 'Give the password again.', 'sign-in'),
  'password-none': (p: { server: string }) =>
    words(
      `This account of ${p.server} has no password.`,
      'Nothing was changed.',
      'Sign in in another way that is offered here, or set a password on the site.',
      'sign-in',
    ),
  'token-wrong': (p: { server: string }) =>
    words(
      `${p.server} does not take this token.`,
      'Nothing was changed.',
      'Sign in on the site anew, and take the token that it keeps then.',
      'sign-in',
    ),
  'account-banned': (p: { server: string }) =>
    words(
      `${p.server} has blocked this account.`,
      'Its uploads wait; nothing is lost.',
      'Ask its administrator, then sign in again.',
      'sign-in',
    ),
  'account-inactive': (p: { server: string }) =>
    words(
      `This account of ${p.server} is not activated yet.`,
      'Nothing was sent.',
      'Open the link in the mail that it sent, then sign in again.',
      'sign-in',
    ),
  'scope-missing': (p: { server: string; scope: string }) =>
    words(
      `The sign-in to ${p.server} does not allow this (${p.scope}).`,
      'The upload waits; nothing is lost.',
      'Sign in again and allow it, or sign in with the password.',
      'sign-in',
    ),
} satisfies ProblemArea;
