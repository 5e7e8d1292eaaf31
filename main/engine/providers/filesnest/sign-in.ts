/** Signing in: on the server's own page in a browser, or with a token that it gave. */
import { randomBytes } from 'node:crypto';
import { m } from '../../../../preload/paraglide/messages.js';
import { problem, type Problem } from '../../../../preload/problems.ts';
import type { Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { SignInGiven, SignInStep, SignInWay } from '../account.ts';
import { tokenWorks } from './call.ts';
import type { FilesNestSettings } from './state.ts';

type Step = Outcome<SignInStep<FilesNestSettings>>;
type Server = { readonly name: string; readonly address: string; readonly settings: FilesNestSettings };

/** Whether a text can be a token: what goes into a header. protocol: `id|secret`. */
export const isToken = (text: string): boolean => /^[\x21-\x7e]{1,4096}$/.test(text);

const askToken = (notice?: Problem): Step => {
  const ways: readonly SignInWay[] = ['browser'];
  return ok({
    ask: [
      {
        key: 'token',
        type: 'token',
        label: m.sign_in_field_access_token(),
        hint: m.sign_in_field_filesnest_token_hint(),
      },
    ],
    carry: { at: 'token' },
    ways,
    ...(notice === undefined ? {} : { notice }),
  });
};

/** protocol: the page leads to `redirect` with a token and no state, so that the path is what others cannot know. */
const authorize = ({ address }: Server, { redirect }: SignInGiven): Step => {
  const nonce = randomBytes(32).toString('base64url');
  const page = new URL('/login', address);
  page.search = new URLSearchParams({ redirect: `${redirect}/${nonce}`, device_name: 'Stevedore' }).toString();
  return ok({ ask: [], carry: { at: 'browser' }, ways: ['token'], authorize: { page: page.href, nonce } });
};

/** A token, or the address with a token that the server's page led to. */
const tokenIn = (value: unknown): string => {
  const text = typeof value === 'string' ? value.trim() : '';
  return URL.parse(text)?.searchParams.get('token') ?? text;
};

/** See `Account.signIn`. protocol: nothing tells whose a token is. */
export const signIn = async (given: SignInGiven, server: Server, http: Http): Promise<Step> => {
  const { answers, carry, way } = given;
  if (carry['at'] !== 'token' && carry['at'] !== 'browser')
    return way === 'browser' ? authorize(server, given) : askToken();
  const token = tokenIn(answers['token']);
  const wrong = askToken(problem('token-wrong', { server: server.name }));
  if (!isToken(token)) return wrong;
  const works = await tokenWorks(token, server, http);
  if (!works.ok) return works;
  return works.value ? ok({ signedIn: { secret: token, settings: server.settings } }) : wrong;
};
