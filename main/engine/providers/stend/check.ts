/** The round trip that a person asks for: limits, password, what stands before the server. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Checked, ProviderContext } from '../provider.ts';
import { isRefusal, notThisServer, refusal, titles } from './answers.ts';
import { isPractice } from './front.ts';
import { look } from './look.ts';
import { signIn } from './password.ts';
import type { StendSettings } from './state.ts';
import { askWebPage } from './web-page.ts';

/** The notice that a password deserves, if any. Fails with `attention` where it is wrong or missing. */
const checkPassword = async (
  ctx: ProviderContext<StendSettings>,
  required: boolean,
): Promise<Outcome<readonly Problem[]>> => {
  const server = ctx.server.name;
  const signed = await signIn(ctx);
  if (!signed.ok) return signed;
  const { headers, signedIn } = signed.value;
  if (!signedIn) return required ? fail('attention', problem('password-missing', { server })) : ok([]);
  // protocol: without a body, and so without a content type: an empty body called JSON is refused.
  const answer = await ctx.http.send({ method: 'POST', url: `${ctx.server.address}/checkPassword`, headers });
  if (!answer.ok) return answer;
  if (isRefusal(answer.value, titles.passwordNotNeeded)) return ok([problem('password-not-needed', { server })]);
  if (isRefusal(answer.value, titles.passwordMissing))
    return fail('attention', problem('password-missing', { server }));
  if (answer.value.status !== 200) return refusal(answer.value, { server, signedIn });
  const { json } = answer.value;
  const success = typeof json === 'object' && json !== null && 'success' in json && json.success === true;
  return success ? ok([]) : notThisServer(answer.value, server);
};

/** What an interruption costs there. */
const frontNotice = ({ front, frontServerHeader, ignoresAbort }: StendSettings) => {
  if (front !== 'buffered') return 'front-bare';
  if (isPractice(frontServerHeader)) return 'front-practice';
  return ignoresAbort === true ? 'front-ignores-abort' : 'front-buffers';
};

/** See `Provider.check`. */
export const check = async (ctx: ProviderContext<StendSettings>): Promise<Outcome<Checked<StendSettings>>> => {
  const server = ctx.server.name;
  const looked = await look(ctx, ctx.server.settings, true);
  if (!looked.ok) return looked;
  let { settings } = looked.value;
  const password = await checkPassword(ctx, settings.requirePassword);
  if (!password.ok) return password;
  const notices = [...password.value];
  notices.push(problem(frontNotice(settings), { server }));
  if (settings.webUrl === undefined) notices.push(problem('web-address-unknown', { server }));
  else {
    const page = await askWebPage(settings.webUrl, ctx.http);
    if (page.ok && page.value !== undefined)
      settings = { ...settings, showHtmlExtension: page.value.showHtmlExtension };
  }
  return ok({ settings, notices });
};
