/** The share page: a separate site that tells in its markup where the API is. */
import type { Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import { baseOf } from './address.ts';

export type WebPage = {
  /** Base of the API that the page names. */
  readonly api: string;
  readonly showHtmlExtension: boolean;
};

/** Characters of a page that are looked at: the tags in question are the first of it. */
const pageMost = 256 * 1024;
/** Each of four letters. */
const tagNames: ReadonlySet<string> = new Set(['html', 'head', 'body']);

/** Where a tag ends, from `from` on: at the first `>` outside of quotes. -1: nowhere. */
const endOfTag = (html: string, from: number): number => {
  let quote = '';
  for (let at = from; at < html.length; at++) {
    const char = html.charAt(at);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '>') return at;
    else if (char === '"' || char === "'") quote = char;
  }
  return -1;
};

/** The attributes of the page's first tags, each as it is written. Goes over the page once. */
const tagsOf = function* (html: string): Generator<string> {
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    const begin = at + 5;
    if (!tagNames.has(html.slice(at + 1, begin).toLowerCase()) || !/[\s/>]/.test(html.charAt(begin))) continue;
    const end = endOfTag(html, begin);
    // What does not end has no tag after it.
    if (end === -1) return;
    yield html.slice(begin, end);
    at = end;
  }
};

const attribute = (attributes: string, name: string): string | undefined => {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  return (found?.[1] ?? found?.[2] ?? found?.[3])?.replaceAll('&amp;', '&').trim();
};

/** Characters of an address that a page may name. */
const addressMost = 2_000;

/** protocol: the page's `<head>` carries `apibaseurl` and `showhtmlextension`. `undefined` where it does not. */
export const readWebPage = (html: string, web: string): WebPage | undefined => {
  for (const attributes of tagsOf(html.slice(0, pageMost))) {
    const named = attribute(attributes, 'apibaseurl');
    if (named === undefined || named === '' || named.length > addressMost || !URL.canParse(named, `${web}/`)) continue;
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
