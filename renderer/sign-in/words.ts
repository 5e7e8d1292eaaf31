/** Words about signing in: which field a problem is about, and what each way is for. */
import type { ProblemView, SignInView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { happenedOf, placeOf, tryWords } from '../servers/words.ts';

export type Asked = Extract<SignInView, { readonly ask: unknown }>;
export type SignInField = Asked['ask'][number];
export type SignInWay = Asked['ways'][number];

type FieldType = SignInField['type'];

/** What is typed hidden, and forgotten as soon as it was wrong. */
const hidden: ReadonlySet<FieldType> = new Set<FieldType>(['password', 'token', 'otp', 'image-text']);
export const isSecret = ({ type }: SignInField): boolean => hidden.has(type);

/** The types of field that can fix a problem; the first one in the step is meant. */
const mends: Readonly<Record<string, readonly FieldType[]>> = {
  'account-wrong': ['password'],
  'user-wrong': ['password'],
  'password-wrong': ['password', 'token'],
  'password-none': ['email'],
  'image-text-wrong': ['image-text'],
  'otp-wrong': ['otp'],
  'otp-late': ['password'],
  'token-wrong': ['token'],
};

/** Where a problem of a step belongs: the key of a field, else `vault` or `form`. */
export const fieldOf = (problem: ProblemView, ask: readonly SignInField[]): string => {
  const types = Object.hasOwn(mends, problem.code) ? (mends[problem.code] ?? []) : [];
  const field = types.flatMap((type) => ask.find((one) => one.type === type) ?? [])[0];
  if (field !== undefined) return field.key;
  return placeOf(problem) === 'vault' ? 'vault' : 'form';
};

/** A problem of a step, in words. */
export const stepWords = (problem: ProblemView, ask: readonly SignInField[]): string => {
  const place = fieldOf(problem, ask);
  // The picture is beside these words, and the password still in its field.
  if (ask.some(({ key, type }) => key === place && type === 'image-text'))
    return `${happenedOf(problem)} ${m.steps_new_picture()}`;
  return tryWords(problem, m.servers_nothing_changed());
};

/** A way in words, and what it is for. */
export const wayWords = (way: SignInWay): { readonly title: string; readonly help: string } => {
  switch (way) {
    case 'password':
      return { title: m.steps_way_password(), help: m.steps_way_password_help() };
    case 'browser':
      return { title: m.steps_way_browser(), help: m.steps_way_browser_help() };
    case 'token':
      return { title: m.steps_way_token(), help: m.steps_way_token_help() };
  }
};
