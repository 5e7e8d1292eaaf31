/** DELETE /files/delete. */
import type { ProviderContext } from '../provider.ts';
import { ok, type Outcome } from '../../outcome.ts';
import { isRefusal, refusal, titles } from './answers.ts';
import { signIn } from './password.ts';
import type { StendSettings } from './state.ts';

/**
 * Removes a share; one that is gone already counts as removed. `refused`: its delete key is not taken. Fails as
 * `Http.send` and `refusal` do.
 */
export const remove = async (
  shareKey: string,
  deleteKey: string,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<'removed' | 'refused'>> => {
  const { name: server, address } = ctx.server;
  // protocol: the password is needed up to 2.0.0 only, so that one out of reach is no reason to leave the share there.
  const signed = await signIn(ctx);
  const answer = await ctx.http.send({
    method: 'DELETE',
    url: `${address}/files/delete?sharekey=${encodeURIComponent(shareKey)}&deletekey=${encodeURIComponent(deleteKey)}`,
    headers: signed.ok ? signed.value.headers : {},
  });
  if (!answer.ok) return answer;
  // protocol: `{"success":true}`, in all versions. What stands before the server may say 200 as well.
  const { json } = answer.value;
  const said = typeof json === 'object' && json !== null && 'success' in json && json.success === true;
  if (answer.value.status === 200 && said) return ok('removed');
  if (isRefusal(answer.value, titles.shareKeyInvalid)) return ok('removed');
  if (isRefusal(answer.value, titles.deleteKeyInvalid)) return ok('refused');
  if (answer.value.status === 401 && !signed.ok) return signed;
  return refusal(answer.value, { server, signedIn: signed.ok && signed.value.signedIn });
};
