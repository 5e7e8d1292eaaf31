/** Signing in with address and password, a captcha where the site asks for one, and a second factor where the account has one. */
import { z } from 'zod';
import { m } from '../../../../preload/paraglide/messages.js';
import { problem, type Problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { SignInField, SignInGiven } from '../account.ts';
import { codes, refusal } from './codes.ts';
import { notThisServer } from './envelope.ts';
import { askPage } from './sign-in-token.ts';
import { ask, finishSaid, otherWays, type Desk, type Step } from './sign-in-call.ts';

const loginSchema = z.looseObject({ login_captcha: z.boolean().default(false) });
const basicSchema = z.looseObject({ captcha_type: z.string().default('normal') });
const captchaSchema = z.looseObject({ image: z.string(), ticket: z.string() });
const accountSchema = z.looseObject({ password_enabled: z.boolean().default(true) });

const fields = (): readonly SignInField[] => [
  { key: 'email', type: 'email', label: m.sign_in_field_email() },
  { key: 'password', type: 'password', label: m.sign_in_field_password() },
];

/** `none`: the site asks for none. protocol: recaptcha, turnstile and cap are solved in a browser only. */
const captchaAt = async (desk: Desk): Promise<Outcome<'none' | 'picture' | 'browser'>> => {
  const { name } = desk.server;
  const login = await ask(desk, 'GET', '/site/config/login');
  if (!login.ok) return login;
  if (login.value.code !== codes.done) return refusal(login.value, { server: name });
  // protocol: false values are left out.
  if (loginSchema.safeParse(login.value.data).data?.login_captcha !== true) return ok('none');
  const basic = await ask(desk, 'GET', '/site/config/basic');
  if (!basic.ok) return basic;
  const type = basicSchema.safeParse(basic.value.data).data?.captcha_type ?? 'normal';
  return ok(type === 'normal' || type === '' ? 'picture' : 'browser');
};

/** The first question; also the next one after wrong answers. protocol: a wrong try burns a captcha's ticket. */
export const askPassword = async (desk: Desk, notice?: Problem): Promise<Step> => {
  const said = { ways: otherWays(desk, 'password'), ...(notice === undefined ? {} : { notice }) };
  const captcha = await captchaAt(desk);
  if (!captcha.ok) return captcha;
  if (captcha.value === 'none') return ok({ ...said, ask: fields(), carry: { at: 'password' } });
  if (captcha.value === 'browser') return askPage(desk, notice);
  const picture = await ask(desk, 'GET', '/site/captcha');
  if (!picture.ok) return picture;
  const read = captchaSchema.safeParse(picture.value.data);
  if (!read.success) return notThisServer(desk.server.name, 'captcha-no-picture');
  const { image, ticket } = read.data;
  const field: SignInField = { key: 'captcha', type: 'image-text', label: m.sign_in_field_captcha(), image };
  return ok({ ...said, ask: [...fields(), field], carry: { at: 'password', ticket } });
};

const otpField = (): SignInField => ({ key: 'otp', type: 'otp', label: m.sign_in_field_otp() });

const askCode = (desk: Desk, session: string, notice?: Problem): Step =>
  ok({
    ask: [otpField()],
    carry: { at: 'otp', session },
    ways: otherWays(desk, 'password'),
    ...(notice === undefined ? {} : { notice }),
  });

/** What stands in the way of an account whose password was not taken. */
const whyNot = async (desk: Desk, email: string): Promise<Problem> => {
  const server = desk.server.name;
  const told = await ask(desk, 'GET', `/session/prepare?email=${encodeURIComponent(email)}`);
  // protocol: an account without a password is refused like a wrong one.
  const none = told.ok && accountSchema.safeParse(told.value.data).data?.password_enabled === false;
  return none ? problem('password-none', { server }) : problem('account-wrong', { server });
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const givePassword = async (desk: Desk, { answers, carry }: SignInGiven): Promise<Step> => {
  const server = desk.server.name;
  const [email, password] = [text(answers['email']).trim(), text(answers['password'])];
  const ticket = text(carry['ticket']);
  const captcha = ticket === '' ? {} : { captcha: text(answers['captcha']).trim(), ticket };
  const said = await ask(desk, 'POST', '/session/token', { json: { email, password, ...captcha } });
  if (!said.ok) return said;
  switch (said.value.code) {
    case codes.done:
      return finishSaid(desk, said.value);
    case codes.secondFactor:
      return askCode(desk, text(said.value.data));
    case codes.captchaWrong:
      return askPassword(desk, problem('image-text-wrong', { server }));
    // protocol: passwords are 4–128 characters; others, and what is no address, are refused as parameters.
    case codes.passwordWrong:
    case codes.parameter:
      return askPassword(desk, await whyNot(desk, email));
    case codes.blocked:
      return fail('attention', problem('account-banned', { server }));
    default:
      return refusal(said.value, { server });
  }
};

const giveCode = async (desk: Desk, { answers, carry }: SignInGiven): Promise<Step> => {
  const server = desk.server.name;
  const session = text(carry['session']);
  const json = { otp: text(answers['otp']).trim(), session_id: session };
  const said = await ask(desk, 'POST', '/session/token/2fa', { json });
  if (!said.ok) return said;
  switch (said.value.code) {
    case codes.done:
      return finishSaid(desk, said.value);
    case codes.otpWrong:
    case codes.parameter:
      // protocol: a wrong code does not use the session up.
      return askCode(desk, session, problem('otp-wrong', { server }));
    case codes.notFound:
      return askPassword(desk, problem('otp-late', { server }));
    default:
      return refusal(said.value, { server });
  }
};

/** A step of the way `password`. */
export const byPassword = (desk: Desk, given: SignInGiven): Promise<Step> => {
  const { at } = given.carry;
  if (at === 'password') return givePassword(desk, given);
  return at === 'otp' ? giveCode(desk, given) : askPassword(desk);
};
