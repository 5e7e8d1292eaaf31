import { nothingSent, words, type ProblemArea } from './words.ts';

/** Passwords and other secrets, and where they are kept. */
export const secretProblems = {
  'password-wrong': (p: { server: string }) =>
    words(
      `${p.server} does not take the password.`,
      'The upload waits; nothing is lost.',
      'Give the password again.',
      'sign-in',
    ),
  'password-missing': (p: { server: string }) =>
    words(`${p.server} asks for a password.`, 'The upload waits; nothing is lost.', 'Give the password.', 'sign-in'),
  'password-unsendable': (p: { why: string }) =>
    words(
      `This password cannot be sent: ${p.why}.`,
      'The server could never have matched it.',
      'Check it for a mistake.',
      'sign-in',
    ),
  'password-not-needed': (p: { server: string }) =>
    words(`${p.server} asks for no password.`, 'The one given is not kept.'),
  'secret-in-app': (p: { server: string }) =>
    words(
      `Only the Stevedore app can open the password of ${p.server}.`,
      'The upload waits; nothing is lost.',
      'Start the app, or give the password again.',
      'start-app',
    ),
  'secret-missing': (p: { server: string; where: string }) =>
    words(
      `The password of ${p.server} is not in ${p.where}.`,
      'The upload waits; nothing is lost.',
      'Give it again.',
      'sign-in',
    ),
  'secrets-were-open': (p: { path: string }) =>
    words(
      `Others on this machine could read the passwords in ${p.path}.`,
      'Only you can read it now.',
      'Where others use this machine, change those passwords.',
    ),
  'secrets-broken': (p: { path: string }) =>
    words(
      `The passwords in ${p.path} cannot be read.`,
      'Nothing was changed; uploads that need one wait.',
      'Mend the file, or move it away and give the passwords again.',
      'sign-in',
    ),
  'vault-locked': (p: { server: string }) =>
    words(
      `The system does not open its keyring, where the password of ${p.server} is.`,
      'The upload waits; nothing is lost.',
      'Unlock the keyring and retry, or give the password again.',
      'retry',
    ),
  'vault-refused': (p: { server: string }) =>
    words(
      `The password of ${p.server} was not kept: this system would store it without protection.`,
      'Nothing was saved.',
      'Choose another place for it.',
    ),
  'secret-unreadable': (p: { server: string }) =>
    words(
      `The kept password of ${p.server} cannot be opened any more.`,
      'The upload waits; nothing is lost.',
      'Give the password again.',
      'sign-in',
    ),
  'vault-unavailable': (p: { server: string }) =>
    words(
      `This system has no open keyring that the password of ${p.server} could be kept in.`,
      'Nothing was saved.',
      'Unlock the keyring, or choose another place for it.',
    ),
  'vault-unchosen': () =>
    words(
      'Where the password is to be kept was not said.',
      'Nothing was saved.',
      'Choose: a file that only you can read (not encrypted), or the environment (at each start).',
    ),
  'secret-unkept': (p: { server: string }) =>
    words(
      `What signs in to ${p.server} was renewed, and the environment cannot keep it.`,
      'The upload waits; nothing is lost.',
      'Sign in again, and choose another place for it.',
      'sign-in',
    ),
  'upload-secret-unkept': (p: { server: string }) =>
    words(
      `${p.server} gives this upload a key of its own, and the environment cannot keep it.`,
      nothingSent,
      'Sign in again, and choose another place for what signs in.',
      'sign-in',
    ),
  'vault-keeps-nothing': (p: { server: string }) =>
    words(
      `What signs in to ${p.server} is renewed all the time, and the environment cannot keep that.`,
      'Nothing was saved.',
      'Choose another place for it.',
    ),
} satisfies ProblemArea;
