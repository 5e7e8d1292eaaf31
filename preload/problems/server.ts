import { bytes } from '../format.ts';
import { goesOn, words, type ProblemArea } from './words.ts';

/** Reaching a server, and understanding what it answers. */
export const serverProblems = {
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
  'failed-often': (p: { server: string; status: number; words: string; times: number }) =>
    words(
      `${p.server} failed ${p.times} times in a row (${p.status} ${p.words}).`,
      'What it has acknowledged is kept. It is tried again every few minutes.',
      'If it lasts, show these words to its administrator, or use another server.',
      'other-server',
    ),
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
  'answer-too-slow': (p: { server: string; seconds: number }) =>
    words(
      `${p.server} did not complete an answer within ${p.seconds} s.`,
      `Everything the server confirmed is kept. ${goesOn}`,
      'If this happens again, test the server, or use another one.',
      'test-server',
    ),
  'answer-too-large': (p: { server: string; limit: number }) =>
    words(
      `An answer of ${p.server} is larger than ${bytes(p.limit)}.`,
      `Stevedore ignores it. Everything the server confirmed is kept. ${goesOn}`,
      'If this happens again, tell its administrator, or use another server.',
      'other-server',
    ),
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
} satisfies ProblemArea;
