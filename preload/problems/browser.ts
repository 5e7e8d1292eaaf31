import { bytes } from '../format.ts';
import { words, type ProblemArea } from './words.ts';

/** The window in a browser: drops, its sign-in, where it is offered. */
export const browserProblems = {
  'not-in-browser': (p: { what: string }) =>
    words(`${p.what} is not possible from a browser.`, 'Nothing was changed.', 'Use the app, or the terminal.'),
  'outside-root': (p: { path: string; root: string }) =>
    words(
      `${p.path} is outside of ${p.root}.`,
      'A browser reaches only what is below that folder. Nothing was sent.',
      'Choose a file below it, or start with another folder: stevedore web --root FOLDER',
    ),
  'folder-unreadable': (p: { path: string; reason: string }) =>
    words(`${p.path} cannot be opened (${p.reason}).`, 'Nothing was changed.', 'Choose another folder.'),
  'inbox-full': (p: { size: number; free: number }) =>
    words(
      `The disk has ${bytes(p.free)} left, and ${bytes(p.size)} were dropped.`,
      `Nothing was taken; 1 GB has to stay free.`,
      'Make room on it, or drop less at once.',
      'free-space',
    ),
  'inbox-file-gone': (p: { name: string }) =>
    words(
      `The host removed its copy of ${p.name} when the upload was cancelled.`,
      'Nothing was uploaded.',
      'Add the file again.',
    ),
  'drop-broken': (p: { count: number; names: string }) =>
    words(
      `The connection ended before ${p.names} had arrived.`,
      `What had come of ${p.count === 1 ? 'it' : `these ${p.count}`} was removed. What had arrived whole is in the queue.`,
      'Drop what is missing again.',
    ),
  'drop-unknown': () =>
    words('This drop has ended.', 'Files of it that had arrived whole are in the queue.', 'Drop the others again.'),
  'drop-size': (p: { name: string; size: number; got: number }) =>
    words(
      `${p.name} was to have ${bytes(p.size)}, and ${bytes(p.got)} came.`,
      'What came of it was removed.',
      'Drop it again.',
    ),
  'drop-slow': (p: { name: string; seconds: number }) =>
    words(`Nothing of ${p.name} came for ${p.seconds} s.`, 'What came of it was removed.', 'Drop it again.'),
  'drops-many': (p: { count: number }) =>
    words(`${p.count} drops are under way already.`, 'Nothing was taken.', 'Wait until one has arrived.'),
  'sign-in-needed': () =>
    words(
      'This browser is not signed in.',
      'Nothing was changed.',
      'Open a sign-in link: stevedore web --new-link',
      'sign-in',
    ),
  'link-over': () =>
    words(
      'This link was used already, or is older than 15 minutes.',
      'Nothing was changed.',
      'Ask for another: stevedore web --new-link',
      'sign-in',
    ),
  'web-password-wrong': () => words('That is not the password.', 'Nothing was changed.', 'Give it again.', 'sign-in'),
  'web-password-wait': (p: { seconds: number }) =>
    words(
      'Wrong passwords came too often.',
      'The last one was not looked at.',
      `Try again in ${p.seconds} s, or open a sign-in link: stevedore web --new-link`,
      'sign-in',
    ),
  'web-password-missing': (p: { address: string }) =>
    words(
      `At ${p.address} others on the network reach the window, and no password guards it.`,
      'Nothing was started.',
      'Give a password by --password-stdin, and put TLS before it (see docs/reverse-proxy.md); or leave out --listen.',
    ),
  'web-running': (p: { url: string }) =>
    words(
      `The window of this profile is open to browsers already, at ${p.url}.`,
      'Nothing was changed.',
      'Ask it for another sign-in link: stevedore web --new-link',
    ),
  'web-not-running': () =>
    words('No window of this profile is open to browsers.', 'Nothing was changed.', 'Start one: stevedore web'),
  'web-cannot-listen': (p: { address: string; reason: string }) =>
    words(
      `The window cannot be offered at ${p.address} (${p.reason}).`,
      'Nothing was started.',
      'Give another --port or --listen.',
    ),
  'window-not-built': (p: { path: string }) =>
    words(`The window’s files are not in ${p.path}.`, 'Nothing was started.', 'Build them: npm run build'),
  'request-refused': (p: { why: string }) =>
    words(
      `This request was refused (${p.why}).`,
      'Nothing was changed.',
      'Open the window at the address that stevedore web prints; behind a proxy give that one by --public-url.',
    ),
} satisfies ProblemArea;
