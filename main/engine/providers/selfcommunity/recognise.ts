/** Is there a SelfCommunity server at an address? */
import type { Http } from '../../http/http.ts';
import type { JsonObject } from '../../json.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Recognised } from '../provider.ts';
import { originOf } from '../web-origin.ts';
import { isRefusal } from './answers.ts';
import { uploadPath } from './call.ts';
import { settingsOf } from './fields.ts';
import type { SelfCommunitySettings } from './state.ts';

/** See `Provider.recognise`. protocol: without a token every call is refused, with a list of errors. */
export const recognise = async (
  address: string,
  given: JsonObject,
  http: Http,
): Promise<Outcome<Recognised<SelfCommunitySettings> | undefined>> => {
  const origin = originOf(address);
  if (origin === undefined) return ok(undefined);
  const answer = await http.send({
    method: 'POST',
    url: origin + uploadPath,
    headers: { accept: 'application/json' },
  });
  if (!answer.ok) return answer;
  const { status } = answer.value;
  if ((status !== 401 && status !== 403) || !isRefusal(answer.value)) return ok(undefined);
  return ok({ address: origin, settings: settingsOf(given), title: new URL(origin).hostname, needsPassword: true });
};
