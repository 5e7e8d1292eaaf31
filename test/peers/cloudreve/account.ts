import { createHash, randomUUID } from 'node:crypto';
import { Refusal, refuse } from './answer.ts';
import { type Call, needUser, readJson, readText } from './call.ts';
import { drawWord, makeWord } from './captcha.ts';
import { readFields } from './fields.ts';
import { encodeId } from './ids.ts';
import { issuePair, reissueSoon } from './sign-in.ts';
import { type Site, type User, addUser, quotaOf } from './site.ts';
import { isCode, makeSecret } from '../totp.ts';

const MINUTE = 60_000;
/** Where the word of the last picture is remembered, for whoever sees no ticket. */
export const LAST_CAPTCHA = 'captcha-last';
const PERMISSIONS = { Admin: '/RoB', User: 'hAg=', UserWithoutShares: 'gAg=' };
/** What stands for a solved puzzle of recaptcha, turnstile and cap. */
const SOLVED = 'solved';

export const hashPassword = (password: string): string => createHash('sha256').update(password).digest('hex');

/** A user as they are told to themselves. */
export function describeUser(site: Site, user: User): Readonly<Record<string, unknown>> {
  const { share, sourceBatch } = site.settings.groups[user.group];
  const group = {
    id: encodeId(user.group === 'Admin' ? 1 : 2, 'group'),
    name: user.group,
    permission: user.group === 'Admin' || share ? PERMISSIONS[user.group] : PERMISSIONS.UserWithoutShares,
    ...(sourceBatch > 0 && { direct_link_batch_size: sourceBatch }),
    trash_retention: 604800,
  };
  const { email, nickname, status, createdAt } = user;
  const times = { created_at: site.time(createdAt) };
  return { id: encodeId(user.id, 'user'), email, nickname, status, ...times, group, language: 'en-US' };
}

const byEmail = ({ users }: Site, email: string): User | undefined =>
  users.all().find((user) => user.email === email.toLowerCase());

function checkAddress(email: string): void {
  if (!/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(email)) throw refuse.invalid('Email format error');
}

export function prepare({ site, query }: Call): unknown {
  const email = query.get('email') ?? '';
  if (!email) throw refuse.invalid('Email cannot be empty');
  checkAddress(email);
  if (!byEmail(site, email)) throw new Refusal(404, 'User not found');
  return { webauthn_enabled: false, password_enabled: true };
}

export function makeCaptcha({ site }: Call): unknown {
  const ticket = randomUUID();
  const word = makeWord();
  for (const key of [`captcha:${ticket}`, LAST_CAPTCHA]) site.memory.put(key, word, site.now() + 10 * MINUTE);
  return { image: drawWord(word), ticket };
}

/** The captcha comes first: whatever is wrong with the body is a captcha that does not match. */
function checkCaptcha({ settings, memory }: Site, body: string): void {
  if (!settings.captcha) return;
  let given: Readonly<Record<string, unknown>> = {};
  try {
    given = (JSON.parse(body) ?? {}) as typeof given;
  } catch {
    // it has no captcha either
  }
  const [captcha, ticket] = [given['captcha'], given['ticket']].map((text) => (typeof text === 'string' ? text : ''));
  const word =
    settings.captchaType === 'normal' ? (memory.take(`captcha:${ticket ?? ''}`) as string | undefined) : SOLVED;
  const answer = ['turnstile', 'cap'].includes(settings.captchaType) ? ticket : captcha;
  if (!word || answer?.toLowerCase() !== word) throw new Refusal(40026, 'CAPTCHA not match.');
}

const SIGN_IN = {
  email: { type: 'text', name: 'Email', required: true },
  password: { type: 'text', name: 'Password', required: true, least: 4, most: 128 },
} as const;

export async function signIn(call: Call): Promise<unknown> {
  const { site } = call;
  const body = await readText(call.request);
  checkCaptcha(site, body);
  const { email, password } = readFields(body, SIGN_IN);
  checkAddress(email);
  const user = byEmail(site, email);
  if (user?.password !== hashPassword(password)) throw new Refusal(40080, 'Incorrect password or email address');
  if (user.status === 'inactive') throw new Refusal(40018, 'This account is not activated');
  if (user.status !== 'active') throw new Refusal(40017, 'This account has been blocked');
  if (!user.totp) return { user: describeUser(site, user), token: reissueSoon(site, user) };
  const session = randomUUID();
  site.memory.put(`2fa:${session}`, user.id, site.now() + 10 * MINUTE);
  throw new Refusal(203, '', { traced: false, more: { data: session } });
}

export async function signInWithCode(call: Call): Promise<unknown> {
  const { site } = call;
  const { otp, session_id: session } = await readJson(call, {
    otp: { type: 'text', name: 'OTP', required: true },
    session_id: { type: 'text', name: 'SessionID', required: true },
  });
  const user = site.users.get(Number(site.memory.get(`2fa:${session}`) ?? 0));
  if (!user) throw new Refusal(404, 'Session not found');
  if (!isCode(user.totp, otp.trim(), site.now())) throw new Refusal(40022, 'Incorrect 2FA code');
  site.memory.drop(`2fa:${session}`);
  return { user: describeUser(site, user), token: issuePair(site, user) };
}

export const me = (call: Call): unknown => describeUser(call.site, needUser(call));

export function capacity(call: Call): unknown {
  const user = needUser(call);
  return { total: quotaOf(call.site, user), used: call.site.files.used(user.id) };
}

export async function register(call: Call): Promise<unknown> {
  const { site } = call;
  const { email, password } = await readJson(call, SIGN_IN);
  if (byEmail(site, email)) throw new Refusal(40033, 'Email already in use');
  const address = email.toLowerCase();
  const nickname = address.split('@')[0] ?? '';
  const row = { email: address, nickname, password: hashPassword(password), status: 'active', group: 'User' } as const;
  return { ...describeUser(site, addUser(site, row)), group: undefined };
}

export function settings(call: Call): unknown {
  const { site } = call;
  const user = needUser(call);
  const grants = site.grants.all().filter((grant) => grant.user === user.id);
  return {
    version_retention_enabled: user.keepVersions,
    version_retention_max: user.maxVersions,
    passwordless: false,
    two_fa_enabled: user.totp !== '',
    disable_view_sync: false,
    share_links_in_profile: '',
    ...(grants.length > 0 && {
      oauth_grants: grants.map(({ client, scopes, usedAt }) => ({
        client_id: client,
        client_name: site.settings.oauthApps.find(({ guid }) => guid === client)?.name ?? '',
        client_logo: '',
        scopes,
        last_used_at: site.time(usedAt),
      })),
    }),
  };
}

export function makeTotpSecret(call: Call): unknown {
  const user = needUser(call);
  const secret = makeSecret();
  call.site.memory.put(`totp:${user.id}`, secret, call.site.now() + 10 * MINUTE);
  return secret;
}

export async function changeSettings(call: Call): Promise<unknown> {
  const { site } = call;
  const user = needUser(call);
  const text = await readText(call.request);
  const asked = readFields(text, {
    version_retention_enabled: { type: 'flag' },
    version_retention_max: { type: 'whole' },
    current_password: { type: 'text' },
    new_password: { type: 'text', name: 'NewPassword', least: 6, most: 128 },
    two_fa_enabled: { type: 'flag' },
    two_fa_code: { type: 'text' },
  });
  const given = JSON.parse(text) as Readonly<Record<string, unknown>>;
  let changed = user;
  if ('version_retention_enabled' in given) changed = { ...changed, keepVersions: asked.version_retention_enabled };
  if ('version_retention_max' in given) changed = { ...changed, maxVersions: asked.version_retention_max };
  if (asked.new_password) {
    if (user.password !== hashPassword(asked.current_password)) throw new Refusal(40069, 'Incorrect password');
    changed = { ...changed, password: hashPassword(asked.new_password) };
  }
  if (asked.two_fa_enabled) {
    const secret = (site.memory.get(`totp:${user.id}`) ?? '') as string;
    if (!secret || !isCode(secret, asked.two_fa_code, site.now())) throw new Refusal(40022, 'Incorrect 2FA code');
    changed = { ...changed, totp: secret };
  }
  site.users.put(changed);
  return undefined;
}
