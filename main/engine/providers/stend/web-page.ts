/** The share page: a separate site that tells in its markup where the API is. */
import type { Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import { baseOf } from './address.ts';

export type WebPage = {
  /** Base of the API that the page names. */
  readonly api: string;
  readonly showHtmlExtension: boolean;
};

const tag = /<(?:html|head|body)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;

const attribute = (attributes: string, name: string): string | undefined => {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  return (found?.[1] ?? found?.[2] ?? found?.[3])?.replaceAll('&amp;', '&').trim();
};

/** protocol: the page's `<head>` carries `apibaseurl` and `showhtmlextension`. `undefined` where it does not. */
export const readWebPage = (html: string, web: string): WebPage | undefined => {
  for (const [, attributes = ''] of html.matchAll(tag)) {
    const named = attribute(attributes, 'apibaseurl');
    if (named === undefined || named === '' || !URL.canParse(named, `${web}/`)) continue;
    const api = baseOf(new URL(named, `${web}/`).href);
    if (api === undefined) continue;
    return { api, showHtmlExtension: attribute(attributes, 'showhtmlextension')?.toLowerCase() === 'true' };
  }
  return undefined;
};

/** Reads the page at an address; `undefined` where it is no share page. Fails as `Http.send` does. */
export const askWebPage = async (web: string, http: Http): Promise<Outcome<WebPage | undefined>> => {
  const answer = await http.send({ method: 'GET', url: `${web}/`, headers: { accept: 'text/html' } });
  if (!answer.ok) return answer;
  return ok(answer.value.status === 200 ? readWebPage(answer.value.text, web) : undefined);
};
