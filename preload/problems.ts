/**
 * The one table of what can go wrong: code → words. The database and the contract carry code and params only,
 * so that a change of language changes the words of what happened long ago.
 *
 * Words come in three parts: what happened · what it means for the file · what the person can do.
 */
import { bytes, duration, time } from './format.ts';

/** What a person can be offered beside the words. The host decides how a button, or a command, does it. */
export type ProblemAction =
  | 'retry'
  | 'resume'
  | 'sign-in'
  | 'send-new'
  | 'choose-file'
  | 'other-server'
  | 'rename'
  | 'drop'
  | 'test-server'
  | 'trust-certificate'
  | 'start-app'
  | 'free-space';

export type Words = {
  /** What happened: one sentence. */
  readonly happened: string;
  /** What it means for the file, or for what the person has. */
  readonly means: string;
  /** What the person can do; empty where nothing is needed. */
  readonly todo: string;
  readonly action?: ProblemAction;
};

type Param = string | number | boolean;

const words = (happened: string, means: string, todo = '', action?: ProblemAction): Words =>
  action === undefined ? { happened, means, todo } : { happened, means, todo, action };

const nothingSent = 'Nothing was sent.';
/** Holds of transfers only: whoever tries a server once says something else. */
export const goesOn = 'It goes on by itself.';
/** What can be asked for with an upload, in words. */
const optionNames: Readonly<Record<string, string>> = {
  '--key': 'own share keys',
  '--expire': 'expiry',
  revocation: 'way to take shares back',
  'sign-in': 'accounts to sign in to',
  folders: 'folders to choose from',
  'share-create': 'way to share what it has',
  'share-list': 'list of shares',
  'share-edit': 'way to change shares',
  leftovers: 'way to find what broken uploads left',
};

/** Options whose value was not right, in words: with others the person knows the name they typed. */
const optionSubjects: Readonly<Record<string, string>> = {
  password: 'The password',
  downloads: 'The number of downloads',
  'share-expire': 'The expiry',
};

export const problemTable = {
  // The file on this machine.
  'file-missing': (p: { path: string }) =>
    words(`${p.path} is not there.`, nothingSent, 'Put it back, or choose the file again.', 'choose-file'),
  'file-unreadable': (p: { path: string; reason: string }) =>
    words(`${p.path} cannot be read (${p.reason}).`, nothingSent, 'Allow reading it, then retry.', 'retry'),
  'file-empty': (p: { path: string; server: string }) =>
    words(`${p.path} is empty.`, `${p.server} takes no files of zero bytes. ${nothingSent}`, 'Leave it out.', 'drop'),
  'file-is-link': (p: { path: string }) =>
    words(`${p.path} is a symbolic link.`, nothingSent, 'Add the file that it points to.'),
  'file-is-special': (p: { path: string; what: string }) =>
    words(`${p.path} is a ${p.what}, not a file.`, nothingSent, 'Leave it out.', 'drop'),
  'folder-empty': (p: { path: string }) =>
    words(`${p.path} holds no files.`, nothingSent, 'Choose another folder.', 'choose-file'),
  'file-changed': (p: { path: string; what: string }) =>
    words(
      `${p.path} has changed since it was added (${p.what}).`,
      'Sending went no further, so that no mixture of old and new is stored.',
      'Send the new file, or drop it.',
      'send-new',
    ),
  'file-read-short': (p: { path: string; wanted: number; got: number }) =>
    words(
      `${p.path} ended early while it was read (${bytes(p.got)} of ${bytes(p.wanted)}).`,
      'Sending went no further.',
      'Look at the disk it is on, then retry.',
      'retry',
    ),
  'name-adapted': (p: { name: string; used: string; server: string }) =>
    words(`${p.server} cannot serve the name ${p.name}.`, `It is stored as ${p.used}.`),
  'already-queued': (p: { id: number; name: string }) =>
    words(`${p.name} is on its way already (transfer ${p.id}).`, 'It goes on from where it is; nothing is sent twice.'),
  'names-flattened': (p: { server: string }) =>
    words(`${p.server} has no folders.`, 'Folders stay visible in the names of the files.'),

  // What the server allows.
  'too-large': (p: { name: string; size: number; limit: number; server: string }) =>
    words(
      `${p.name} is larger than ${p.server} takes (${bytes(p.size)}, at most ${bytes(p.limit)}).`,
      nothingSent,
      'Another server may take it.',
      'other-server',
    ),
  'expiry-too-long': (p: { wanted: number; limit: number; server: string }) =>
    words(
      `${p.server} keeps files for at most ${duration(p.limit * 1000)}, not ${duration(p.wanted * 1000)}.`,
      nothingSent,
      'Choose a shorter expiry.',
    ),
  'expiry-invalid': (p: { wanted: string }) =>
    words(`${p.wanted} is no expiry.`, nothingSent, 'Give a length of time such as 30m, 12h, 7d or 2w.'),
  'key-invalid': (p: { wanted: string }) =>
    words(`${p.wanted} cannot be a share key.`, nothingSent, 'Use 1 to 30 letters a-z and digits.'),
  'key-normalised': (p: { wanted: string; used: string }) =>
    words(`The key ${p.wanted} is written ${p.used} on this server.`, `The link carries ${p.used}.`),
  'key-taken': (p: { wanted: string; got: string }) =>
    words(`The key ${p.wanted} was taken; you got ${p.got}.`, 'The file is uploaded under the new key.'),
  'key-held-by-lost-answer': (p: { wanted: string; until: number }) =>
    words(
      `The key ${p.wanted} may be held by an attempt of ours whose answer was lost.`,
      `The server frees it by ${time(p.until)}.`,
    ),
  'group-too-small': (p: { count: number }) =>
    words(`A group needs at least two files, and there is ${p.count}.`, nothingSent, 'Send it by itself.'),
  'group-too-large': (p: { count: number; limit: number; server: string }) =>
    words(`${p.server} groups at most ${p.limit} files, not ${p.count}.`, nothingSent, 'Make smaller groups.'),
  'groups-unsupported': (p: { server: string }) =>
    words(`${p.server} cannot group files.`, nothingSent, 'Send them one by one.'),
  'option-unsupported': (p: { option: string; server: string }) =>
    words(`${p.server} has no ${optionNames[p.option] ?? p.option}.`, nothingSent, 'Leave it out.'),
  'option-invalid': (p: { option: string; why: string }) =>
    words(`${optionSubjects[p.option] ?? p.option} is not right: ${p.why}.`, nothingSent, 'Mend it and try again.'),
  'deadline-near': (p: { hours: number; server: string }) =>
    words(
      `At this speed the upload takes longer than the ${p.hours} hours that ${p.server} keeps an unfinished file.`,
      'It would be removed there before it is whole.',
      'Use a faster connection, a smaller file, or another server.',
      'other-server',
    ),
  'deadline-passed': (p: { hours: number; server: string }) =>
    words(`${p.server} removes unfinished files after ${p.hours} hours.`, 'The upload starts anew.'),

  // Reaching and understanding the server.
  'no-network': () => words('There is no network.', `What the server has acknowledged is kept. ${goesOn}`),
  'server-unreachable': (p: { server: string; reason: string }) =>
    words(
      `${p.server} does not answer (${p.reason}).`,
      `What it has acknowledged is kept. ${goesOn}`,
      '',
      'test-server',
    ),
  'server-busy': (p: { server: string; status: number }) =>
    words(`${p.server} asked to wait (${p.status}).`, `What it has acknowledged is kept. ${goesOn}`),
  'connection-broken': (p: { server: string; reason: string }) =>
    words(`The connection to ${p.server} broke (${p.reason}).`, `What it has acknowledged is kept. ${goesOn}`),
  'server-stalled': (p: { server: string; seconds: number }) =>
    words(`${p.server} took no bytes for ${p.seconds} s.`, `What it has acknowledged is kept. ${goesOn}`),
  'server-failed': (p: { server: string; status: number; words: string }) =>
    words(`${p.server} failed (${p.status} ${p.words}).`, `What it has acknowledged is kept. ${goesOn}`),
  'server-refused': (p: { server: string; status: number; words: string }) =>
    words(
      `${p.server} refused (${p.status} ${p.words}).`,
      'The file is not stored there.',
      'Ask its administrator, or use another server.',
      'other-server',
    ),
  'not-this-server': (p: { server: string; got: string }) =>
    words(
      `${p.server} answered with ${p.got}, not as an upload server does.`,
      `Nothing is lost. ${goesOn}`,
      'If it stays so: a proxy or a sign-in page of the network may stand between; look at the address.',
      'test-server',
    ),
  'answer-truncated': (p: { server: string }) =>
    words(`An answer of ${p.server} ended early.`, `What it has acknowledged is kept. ${goesOn}`),
  'proxy-limit': (p: { server: string; chunk: number }) =>
    words(
      `What stands before ${p.server} refuses chunks of ${bytes(p.chunk)} (413).`,
      'No file can be sent there.',
      'Its administrator has to raise the limit (nginx: client_max_body_size).',
      'other-server',
    ),
  'server-full': (p: { server: string }) =>
    words(
      `${p.server} has no room left.`,
      'The upload waits; what was acknowledged is kept.',
      'Tell its administrator, or use another server.',
      'free-space',
    ),
  'redirect-refused': (p: { server: string; to: string }) =>
    words(
      `${p.server} sends requests on to ${p.to}.`,
      'Nothing was sent there, so that no password reaches another server.',
      `If that is right, save ${p.to} as the address.`,
      'test-server',
    ),
  'certificate-untrusted': (p: { server: string; reason: string; fingerprint: string }) =>
    words(
      `${p.server} shows a certificate that is not trusted (${p.reason}).`,
      `Nothing was sent. Its SHA-256 fingerprint is ${p.fingerprint}.`,
      'If its administrator confirms the fingerprint, trust it for this server, or give the file of its authority.',
      'trust-certificate',
    ),
  'certificate-changed': (p: { server: string; fingerprint: string }) =>
    words(
      `${p.server} shows another certificate than the one you trusted.`,
      `Nothing was sent. The new SHA-256 fingerprint is ${p.fingerprint}.`,
      'Trust the new one only if its administrator confirms it.',
      'trust-certificate',
    ),
  'proxy-failed': (p: { proxy: string; reason: string }) =>
    words(
      `The proxy ${p.proxy} does not let requests through (${p.reason}).`,
      `Nothing is lost. ${goesOn}`,
      'Look at the proxy in the settings.',
    ),

  // Signing in.
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

  // An account's files on the server.
  'name-exists': (p: { server: string; name: string }) =>
    words(
      `${p.name} is on ${p.server} already.`,
      'Nothing was sent, and what is there is as it was.',
      'Store this one under another name, as a new version, or leave it out.',
      'rename',
    ),
  'name-numbered': (p: { server: string; name: string; used: string }) =>
    words(`${p.name} is on ${p.server} already.`, `This one is stored beside it, as ${p.used}.`),
  'name-skipped': (p: { server: string; name: string }) =>
    words(`${p.name} is on ${p.server} already.`, 'It was left out, as you wished; what is there is as it was.'),
  'name-refused': (p: { server: string; name: string; why: string }) =>
    words(
      `${p.server} cannot take the name ${JSON.stringify(p.name)} (${p.why}).`,
      nothingSent,
      'Give the file another name, then add it again.',
      'rename',
    ),
  'name-awkward': (p: { name: string }) =>
    words(
      `Windows cannot hold a file called ${JSON.stringify(p.name)}.`,
      'It is stored under that name; downloading it there may fail.',
      'To have it safe everywhere, rename it before it is sent.',
      'rename',
    ),
  'suffix-refused': (p: { name: string; suffix: string; server: string }) =>
    words(
      `${p.server} does not take files ${p.suffix === '' ? 'without an extension' : `that end in .${p.suffix}`} (${p.name}).`,
      nothingSent,
      'Another server may take it.',
      'other-server',
    ),
  'policy-too-large': (p: { server: string; name: string; size: number }) =>
    words(
      `${p.name} is larger than the storage of ${p.server} takes (${bytes(p.size)}).`,
      nothingSent,
      'Another server may take it.',
      'other-server',
    ),
  'policy-unusable': (p: { server: string; policy: string; why: string }) =>
    words(
      `The storage ${p.policy} of ${p.server} cannot be used (${p.why}).`,
      'No file can be sent there.',
      'Its administrator has to mend that, or choose another storage for you.',
      'other-server',
    ),
  'parts-too-many': (p: { server: string; parts: number; limit: number }) =>
    words(
      `${p.server} cuts this file into ${p.parts} parts, and its storage takes ${p.limit}.`,
      nothingSent,
      'Its administrator has to choose larger chunks.',
      'other-server',
    ),
  'part-too-small': (p: { server: string; chunk: number; limit: number }) =>
    words(
      `${p.server} cuts files into parts of ${bytes(p.chunk)}, and its storage takes none below ${bytes(p.limit)}.`,
      'The file cannot be completed there.',
      'Its administrator has to choose larger chunks.',
      'other-server',
    ),
  'store-refused': (p: { server: string; status: number; words: string }) =>
    words(
      `The storage behind ${p.server} refused (${p.status} ${p.words}).`,
      'The upload waits; what was acknowledged is kept.',
      'Retry; if it comes again, tell the administrator.',
      'retry',
    ),
  'quota-full': (p: { server: string; size: number }) =>
    words(
      `Your account on ${p.server} has no room left${p.size === 0 ? '' : ` for ${bytes(p.size)}`}.`,
      'The upload waits; nothing is lost.',
      'Make room there: empty the bin, clean what broken uploads left; then retry.',
      'retry',
    ),
  'folder-missing': (p: { server: string; path: string }) =>
    words(`${p.server} has no folder ${p.path}.`, 'Nothing was changed.', 'Choose another folder, or make it.'),
  'file-gone-there': (p: { server: string; name: string }) =>
    words(`${p.name} is not on ${p.server} any more.`, 'Nothing was changed.', 'Look at its folder there.'),
  'no-permission': (p: { server: string; name: string }) =>
    words(
      `${p.server} does not allow this account to do that${p.name === '' ? '' : ` (${p.name})`}.`,
      'Nothing was changed there.',
      'Choose another folder, or ask its administrator.',
      'retry',
    ),
  'lock-held': (p: { server: string; name: string }) =>
    words(
      `Somebody is uploading or changing ${p.name} on ${p.server} now.`,
      'Nothing was sent over it.',
      'Wait until that has ended, or store this one under another name.',
      'retry',
    ),
  'left-over': (p: { server: string; name: string }) =>
    words(
      `${p.name} stays on ${p.server}: it was complete before it was cancelled.`,
      'What was there before is kept among its versions.',
      'Remove it there, if it is not wanted.',
    ),
  'share-not-allowed': (p: { server: string }) =>
    words(`${p.server} does not allow this account to share.`, 'What is stored there is whole; it has no link.'),
  'direct-link-refused': (p: { server: string }) =>
    words(
      `${p.server} does not allow this account to make direct links.`,
      'What is stored there is whole; it has no link.',
    ),
  'sharing-refused': (p: { server: string }) =>
    words(
      `${p.server} does not allow this account to share.`,
      nothingSent,
      'Send it without a link, or ask the administrator. “Test” looks again.',
    ),
  'linking-refused': (p: { server: string }) =>
    words(
      `${p.server} does not allow this account to make direct links.`,
      nothingSent,
      'Send it without one, or with a share. “Test” looks again.',
    ),
  'share-path-unknown': (p: { name: string }) =>
    words(
      `Where ${p.name} lies is not known any more, since its share has ended.`,
      'Nothing was changed.',
      'Make a new share of it.',
    ),

  // The course of an upload.
  'cut-spoilt': (p: { server: string }) =>
    words(
      `The break came in the middle of a chunk, and ${p.server} stands bare: it keeps half a chunk.`,
      'The file starts anew, so that it is whole. Nothing is needed.',
      'nginx with its default request buffering before the server cures this.',
    ),
  'session-gone': (p: { server: string }) =>
    words(`${p.server} no longer knows this upload.`, 'The file starts anew. Nothing is needed.'),
  'lost-often': (p: { server: string; times: number }) =>
    words(
      `${p.server} lost this upload ${p.times} times.`,
      'It is tried again, with longer waits between.',
      'Its disk may be full, or the connection too weak: ask its administrator, or use another server.',
      'other-server',
    ),
  'verify-length': (p: { server: string; stored: number; size: number }) =>
    words(
      `${p.server} stored ${bytes(p.stored)} of a file of ${bytes(p.size)}.`,
      'It was not called done. It is removed there and starts anew.',
    ),
  'verify-failed': (p: { server: string; tries: number }) =>
    words(
      `${p.server} stored the file wrongly ${p.tries} times.`,
      'It was not called done, and what it stored was removed.',
      'Tell its administrator, or use another server.',
      'other-server',
    ),
  'not-completed': (p: { server: string; words: string }) =>
    words(
      `${p.server} took every chunk, and made no file of them${p.words === '' ? '' : ` (${p.words})`}.`,
      'It was not called done. What is there is removed, and the file starts anew.',
    ),
  'upload-key-lost': (p: { server: string }) =>
    words(
      `The key by which this file was encrypted for ${p.server} is lost: it is told only once.`,
      'What was sent is removed there, and the file starts anew. Nothing is needed.',
    ),
  'delete-key-lost': (p: { server: string }) =>
    words(
      `${p.server} told the delete key in an answer that was lost.`,
      'The file is there and whole; it cannot be removed before it expires.',
    ),
  'outcome-unknown': (p: { server: string }) =>
    words(
      `${p.server} did not tell how it ended.`,
      'The file may be there, or not.',
      'Look at the server, or send it again.',
      'retry',
    ),
  'left-on-server': (p: { server: string; until: number }) =>
    words(`What ${p.server} has of it could not be removed.`, `The server removes it by ${time(p.until)}.`),
  freed: (p: { server: string }) => words(`Cancelled, and freed on ${p.server}.`, 'Nothing of it is left there.'),
  'freed-later': (p: { server: string }) =>
    words(`${p.server} cannot be asked now.`, 'What it has of the file is removed there as soon as it answers.'),
  'front-buffers': (p: { server: string }) =>
    words(`${p.server} survives breaks.`, 'What stands before it passes on whole requests only.'),
  'front-bare': (p: { server: string }) =>
    words(
      `${p.server} stands bare.`,
      'A break in the middle of a chunk starts that file anew.',
      'nginx with its default request buffering before the server cures this.',
    ),
  'web-address-unknown': (p: { server: string }) =>
    words(
      `${p.server} does not tell the address of its web page.`,
      'Share keys are shown without a link.',
      'To have links, add the server again by the address of its page.',
    ),

  // The window in a browser.
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

  // The store, the queue, this program.
  'disk-full': (p: { path: string }) =>
    words(
      `The disk with ${p.path} is full.`,
      'The queue has stopped; nothing is lost.',
      'Make room on it, then resume.',
      'free-space',
    ),
  'store-restored': (p: { aside: string; at: number }) =>
    words(
      'The queue’s database was damaged.',
      `The backup of ${time(p.at)} was restored, and every delete key was merged back. The damaged file is kept: ${p.aside}.`,
      'Look through the queue: what was added after that time has to be added again.',
    ),
  'store-reset': (p: { aside: string }) =>
    words(
      'The queue’s database was damaged, and there was no backup.',
      `An empty one was started; the delete keys were merged back. The damaged file is kept: ${p.aside}.`,
      'Add the files again.',
    ),
  'store-newer': (p: { version: number; known: number }) =>
    words(
      `The queue was written by a newer Stevedore (format ${p.version}, this one knows ${p.known}).`,
      'Nothing was changed.',
      'Update this Stevedore.',
    ),
  'settings-broken': (p: { path: string; why: string }) =>
    words(
      `The settings in ${p.path} cannot be read (${p.why}).`,
      'Nothing was changed.',
      'Mend the file, or move it away.',
    ),
  'profile-unwritable': (p: { path: string; reason: string }) =>
    words(
      `The profile ${p.path} cannot be written (${p.reason}).`,
      'Nothing was changed.',
      'Allow writing there, or use another folder.',
    ),
  'owner-silent': (p: { path: string; found: string }) =>
    words(
      `Another Stevedore holds this profile (${p.path}) and did not answer in 5 s: ${p.found}.`,
      'Nothing was changed.',
      'End that process, or use another profile.',
    ),
  'owner-gone': () =>
    words(
      'The Stevedore that had this profile ended before it answered.',
      'What was queued is kept.',
      'Look at the list, then try again.',
    ),
  'owner-older': (p: { version: string; running: string }) =>
    words(
      `Stevedore ${p.running} is running, and this is ${p.version}.`,
      'Nothing was changed.',
      'End the running one, then start again.',
    ),
  'server-unknown': (p: { name: string }) =>
    words(`No server is called ${p.name}.`, 'Nothing was changed.', 'It may have been removed: look at the servers.'),
  'server-none': () => words('No server is saved yet.', nothingSent, 'Add one.'),
  'server-unreadable': (p: { name: string }) =>
    words(
      `What is saved of ${p.name} cannot be read by this Stevedore.`,
      'The upload waits; nothing is lost.',
      'Where a newer Stevedore saved it, update this one; else add the server again under another name.',
    ),
  'server-choice': (p: { names: string }) =>
    words(`Several servers are saved (${p.names}), and none is the default.`, nothingSent, 'Choose one.'),
  'server-name-taken': (p: { name: string }) =>
    words(`A server is called ${p.name} already.`, 'Nothing was changed.', 'Give another name.'),
  'server-in-use': (p: { name: string; count: number }) =>
    words(`${p.count} transfers still need ${p.name}.`, 'Nothing was changed.', 'Cancel or finish them first.'),
  'server-unrecognised': (p: { address: string; tried: string }) =>
    words(
      `No server that Stevedore knows answers at ${p.address}.`,
      `Nothing was saved. ${p.tried}`,
      'Look at the address, or give the one of the API.',
    ),
  'address-invalid': (p: { address: string }) =>
    words(`${p.address} is no web address.`, 'Nothing was saved.', 'Give one that begins with https:// or http://.'),
  'kind-unknown': (p: { kind: string; known: string }) =>
    words(`${p.kind} is no kind of server that Stevedore knows.`, 'Nothing was changed.', `It knows: ${p.known}.`),
  'transfer-unknown': (p: { id: number }) =>
    words(`There is no transfer ${p.id}.`, 'Nothing was changed.', 'It may have been removed: look at the queue.'),
  'share-unknown': (p: { key: string }) =>
    words(`There is no share ${p.key}.`, 'Nothing was changed.', 'It may be gone: look at the shares.'),
  'share-no-delete-key': (p: { key: string }) =>
    words(`The delete key of ${p.key} is not known.`, 'It stays until it expires.', ''),
  'revoke-unanswered': (p: { server: string; reason: string; again: boolean }) =>
    words(
      p.reason,
      'The link may still open.',
      p.again ? `Stevedore asks again whenever it runs, until ${p.server} answers.` : 'Try it again in a while.',
    ),
  'share-is-group': (p: { key: string }) =>
    words(`${p.key} is a group, and groups have no delete key.`, 'It goes when its files are revoked.'),
  'not-now': (p: { what: string; state: string }) =>
    words(`This transfer is ${p.state}: it cannot be ${p.what} now.`, 'Nothing was changed.'),
  'input-invalid': (p: { where: string; why: string }) =>
    words(
      `${p.where === '' ? 'The request' : p.where} is not right: ${p.why}.`,
      'Nothing was changed.',
      'Mend it and try again.',
    ),
  'method-unknown': (p: { method: string }) =>
    words(`There is no call ${p.method}.`, 'Nothing was changed.', 'Use the same version on both sides.'),
  internal: (p: { what: string }) =>
    words(
      `Stevedore met something it did not expect (${p.what}).`,
      'What was acknowledged is kept.',
      'Retry; if it comes again, report it with the log.',
      'retry',
    ),
} satisfies Record<string, (p: never) => Words>;

export type ProblemCode = keyof typeof problemTable;
type NoParams = Readonly<Record<string, never>>;
type ParamsOf<C extends ProblemCode> = Parameters<(typeof problemTable)[C]> extends [infer P] ? P : NoParams;

/** A problem as data. `params` holds what its words need; never a secret. */
export type Problem = {
  [C in ProblemCode]: { readonly code: C; readonly params: Readonly<ParamsOf<C>> };
}[ProblemCode];

/** Makes a problem; the compiler checks that the params are those of its words. */
export const problem = <C extends ProblemCode>(
  code: C,
  ...params: NoParams extends ParamsOf<C> ? [] : [params: ParamsOf<C>]
): Problem => ({ code, params: params[0] ?? {} }) as Problem;

/**
 * Whether a file that is over was left out, as the person wished: nothing of it was sent, and that is no failure.
 *
 * @param how the state or the ending of it
 */
export const isLeftOut = (how: string, reason: { readonly code: string } | undefined): boolean =>
  how === 'cancelled' && reason?.code === 'name-skipped';

/** The words of a problem. A code of a newer version, or params that do not fit, still give a sentence. */
export const describe = (p: { readonly code: string; readonly params: Readonly<Record<string, Param>> }): Words => {
  const unknown = words(
    `Something happened that this version has no words for (${p.code}).`,
    'Nothing is known to be lost.',
  );
  if (!Object.hasOwn(problemTable, p.code)) return unknown;
  try {
    return (problemTable as Readonly<Record<string, (params: never) => Words>>)[p.code]?.(p.params as never) ?? unknown;
  } catch {
    return unknown;
  }
};
