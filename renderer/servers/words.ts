/** Words about servers: limits, expiries, and why an attempt failed. */
import type { ProblemView, ServerView } from '../../preload/contract.ts';
import { bytes } from '../../preload/format.ts';
import { describe, inOneText } from '../../preload/problems.ts';
import { seconds, type Limits } from '../client/expiries.ts';
import type { IconName } from '../ui/icon-names.ts';
import { m } from '../../preload/paraglide/messages.js';

export type Line = { readonly icon: IconName; readonly text: string };

/** What a server allows, a line each. `capabilities`: known of saved servers only. */
export const limitLines = (
  limits: Limits,
  capabilities?: Partial<Pick<ServerView['capabilities'], 'expiry' | 'groups' | 'zeroByteFiles'>>,
): readonly Line[] => {
  const { fileSize, expirySeconds, groupSize, unfinishedSeconds, chunkSize } = limits;
  const lines: Line[] = [];
  const say = (icon: IconName, text: string): void => void lines.push({ icon, text });
  if (fileSize !== undefined) say('up', m.servers_can_size({ size: bytes(fileSize) }));
  if (capabilities?.expiry !== false)
    say(
      'clock',
      expirySeconds === undefined ? m.servers_can_any_time() : m.servers_can_time({ time: seconds(expirySeconds) }),
    );
  if (groupSize !== undefined && capabilities?.groups !== false) say('link', m.servers_can_group({ count: groupSize }));
  if (chunkSize !== undefined) say('queue', m.servers_can_chunk({ size: bytes(chunkSize) }));
  if (unfinishedSeconds !== undefined) say('history', m.servers_can_unfinished({ time: seconds(unfinishedSeconds) }));
  if (capabilities?.zeroByteFiles === false) say('file', m.servers_can_no_empty());
  return lines;
};

/** Where in a form a problem belongs: beside the field that can fix it. */
export type Place =
  | 'address'
  | 'certificate'
  | 'secret'
  | 'vault'
  | 'name'
  | 'expiry'
  | 'proxy'
  | 'caFile'
  | 'pin'
  | 'template'
  | 'form';

const places: Readonly<Record<string, Place>> = {
  'address-invalid': 'address',
  'server-unrecognised': 'address',
  'server-unreachable': 'address',
  'not-this-server': 'address',
  'redirect-refused': 'address',
  'kind-unknown': 'address',
  'server-address-begun': 'address',
  'server-address-links': 'address',
  'no-network': 'address',
  'certificate-untrusted': 'certificate',
  'certificate-changed': 'certificate',
  'password-wrong': 'secret',
  'password-missing': 'secret',
  'password-unsendable': 'secret',
  'vault-unchosen': 'vault',
  'vault-refused': 'vault',
  'vault-unavailable': 'vault',
  'vault-locked': 'vault',
  'secret-missing': 'vault',
  'secrets-broken': 'vault',
  'server-name-taken': 'name',
  'expiry-too-long': 'expiry',
  'expiry-invalid': 'expiry',
  'proxy-failed': 'proxy',
  'option-invalid': 'proxy',
  'file-missing': 'caFile',
  'file-unreadable': 'caFile',
  'outside-root': 'caFile',
};
/** For what the contract itself refuses, by the path to the value. */
const placesOfInput: Readonly<Record<string, Place>> = {
  address: 'address',
  name: 'name',
  secret: 'secret',
  vault: 'vault',
  defaultExpirySeconds: 'expiry',
  linkTemplate: 'template',
  'connection.proxy': 'proxy',
  'connection.caFile': 'caFile',
  'connection.pin': 'pin',
};

/** The place of a problem; `form` where no field can fix it. */
export const placeOf = ({ code, params }: ProblemView): Place => {
  const [from, key] = code === 'input-invalid' ? [placesOfInput, String(params['where'])] : [places, code];
  return (Object.hasOwn(from, key) ? from[key] : undefined) ?? 'form';
};

/** A problem of an attempt. Where its words are about uploads that wait or resume, `outcome` replaces them. */
export const tryWords = (problem: ProblemView, outcome: string): string => {
  const { happened, todo, action, automatic } = describe(problem);
  if (automatic !== true && action !== 'sign-in') return problem.message;
  return inOneText({ happened, means: outcome, todo });
};

/** The fingerprint of the certificate that a problem is about. */
export const fingerprintOf = (problem: ProblemView | undefined): string | undefined => {
  const fingerprint = problem?.params['fingerprint'];
  return typeof fingerprint === 'string' && fingerprint !== '' ? fingerprint : undefined;
};

/** The letter for a type of server. */
export const markOf = (kindTitle: string): string => String.fromCodePoint(kindTitle.codePointAt(0) ?? 0x3f);

/** An address as it is read by a person: without what every address has. */
export const shortAddress = (address: string): string => address.replace(/^https?:\/\//i, '').replace(/\/+$/, '');

/** The host and path of an address, where it is one; else as it is. */
const hostOf = (address: string): string => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`);
  return url === null || url.host === '' ? address : url.host;
};

const isHere = (hostname: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);

export type Answer = Line & { readonly tone: 'good' | 'plain' | 'warn' | 'bad'; readonly mono?: string };

/** What an address answered, a line each, in the order it was learnt. `pinned`: one certificate alone is trusted. */
export const answerLines = (
  typed: string,
  found: {
    readonly address: string;
    readonly kindTitle: string;
    readonly needsPassword: boolean;
    readonly signIn: ServerView['capabilities']['signIn'];
  },
  pinned: boolean,
): readonly Answer[] => {
  const { protocol, hostname } = new URL(found.address);
  const safety: Answer =
    protocol === 'https:'
      ? { icon: 'check', tone: 'good', text: pinned ? m.servers_answer_pinned() : m.servers_answer_safe() }
      : isHere(hostname)
        ? { icon: 'check', tone: 'good', text: m.servers_answer_here() }
        : { icon: 's-ask', tone: 'warn', text: m.servers_answer_open() };
  const named = shortAddress(typed) === shortAddress(found.address);
  return [
    ...(named
      ? []
      : [{ icon: 'check', tone: 'good', text: m.servers_answer_api(), mono: shortAddress(found.address) } as const]),
    { icon: 'check', tone: 'good', text: m.servers_answer_kind({ kind: found.kindTitle }) },
    safety,
    found.signIn === 'steps'
      ? { icon: 'lock', tone: 'plain', text: m.steps_answer() }
      : found.needsPassword
        ? { icon: 'lock', tone: 'plain', text: m.servers_answer_password() }
        : { icon: 'check', tone: 'good', text: m.servers_answer_no_password() },
  ];
};

/** That an address is being asked, in words. */
export const askingWords = (address: string): string => m.servers_asking({ host: hostOf(address) });

/** What happened, in one sentence. */
export const happenedOf = (problem: ProblemView): string => describe(problem).happened;
