/** Is there a Stend server at an address? */
import type { Http } from '../../http/http.ts';
import type { JsonObject } from '../../json.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Recognised } from '../provider.ts';
import { type Address, baseOf, readAddress } from './address.ts';
import { type Instance, readInstance } from './instance.ts';
import type { StendSettings } from './state.ts';
import { askWebPage } from './web-page.ts';

/** Key of the server field that says that nginx does not end a request whose client left. */
export const ignoresAbortKey = 'ignores-abort';

type Found = { readonly api: string; readonly instance: Instance; readonly web?: string; readonly showHtml?: boolean };

const instanceAt = async (api: string, http: Http): Promise<Outcome<Instance | undefined>> => {
  const answer = await http.send({ method: 'GET', url: `${api}/instance` });
  return answer.ok ? ok(readInstance(answer.value)) : answer;
};

/** An API's address answers `/instance` itself; a web page's names the API. */
const find = async (address: Address, http: Http): Promise<Outcome<Found | undefined>> => {
  const direct = await instanceAt(address.base, http);
  if (!direct.ok) return direct;
  if (direct.value !== undefined) return ok({ api: address.base, instance: direct.value });
  const page = await askWebPage(address.base, http);
  if (!page.ok) return page;
  if (page.value === undefined) return ok(undefined);
  const { api, showHtmlExtension } = page.value;
  const named = await instanceAt(api, http);
  if (!named.ok) return named;
  return ok(named.value && { api, instance: named.value, web: address.base, showHtml: showHtmlExtension });
};

/**
 * See `Provider.recognise`. A page that cannot be read is no obstacle where the API answers: links are then made
 * without the extension until the server is tested.
 */
export const recognise = async (
  address: string,
  given: JsonObject,
  http: Http,
  now: () => number,
): Promise<Outcome<Recognised<StendSettings> | undefined>> => {
  const read = readAddress(address);
  if (read === undefined) return ok(undefined);
  const found = await find(read, http);
  if (!found.ok) return found;
  if (found.value === undefined) return ok(undefined);
  const { api, instance } = found.value;
  const givenWeb = typeof given['web'] === 'string' ? baseOf(given['web']) : undefined;
  const webUrl = givenWeb ?? read.web ?? found.value.web;
  let showHtmlExtension = found.value.showHtml;
  if (webUrl !== undefined && webUrl !== found.value.web) {
    const page = await askWebPage(webUrl, http);
    showHtmlExtension = page.ok ? page.value?.showHtmlExtension : undefined;
  }
  return ok({
    address: api,
    settings: {
      webUrl,
      showHtmlExtension: showHtmlExtension ?? false,
      ...instance,
      ...(given[ignoresAbortKey] === true ? { ignoresAbort: true } : {}),
      checkedAt: now(),
    },
    title: new URL(webUrl ?? api).hostname,
    needsPassword: instance.requirePassword,
  });
};
