import type {
  CallbackResponse,
  HeadersReceivedResponse,
  OnBeforeRequestListenerDetails,
  OnHeadersReceivedListenerDetails,
  WebRequest as ElectronWebRequest,
  WebRequestFilter,
} from 'electron';
import { fault } from './record.ts';
import type { PageRequest, Received } from './requests.ts';
import { Strict } from './strict.ts';
import { held } from './types.ts';

type BeforeRequest = (details: OnBeforeRequestListenerDetails, callback: (response: CallbackResponse) => void) => void;
type HeadersReceived = (
  details: OnHeadersReceivedListenerDetails,
  callback: (response: HeadersReceivedResponse) => void,
) => void;

interface Watch<Listener> {
  readonly fits: (url: string) => boolean;
  readonly listener: Listener;
}

/** A pattern of addresses: `*://*` + `/*`, `app://bundle/*`, `<all_urls>`. */
const matcher = (pattern: string): RegExp =>
  pattern === '<all_urls>'
    ? /^/
    : new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`);

const toWatch = <Listener extends object>(
  first: WebRequestFilter | Listener | null,
  second: Listener | null | undefined,
): Watch<Listener> | undefined => {
  const filter = typeof first === 'function' ? null : (first as WebRequestFilter | null);
  const listener = typeof first === 'function' ? first : second;
  if (listener === null || listener === undefined) return undefined;
  const wanted = (filter?.urls ?? ['<all_urls>']).map(matcher);
  const unwanted = (filter?.excludeUrls ?? []).map(matcher);
  return {
    listener,
    fits: (url) => wanted.some((pattern) => pattern.test(url)) && !unwanted.some((pattern) => pattern.test(url)),
  };
};

let last = 0;

const describe = ({ url, method, resourceType, referrer }: PageRequest, webContents: Electron.WebContents) => ({
  id: ++last,
  url,
  method,
  resourceType: resourceType as OnBeforeRequestListenerDetails['resourceType'],
  referrer,
  timestamp: Date.now(),
  webContents,
});

const mayRequest = async (
  watch: Watch<BeforeRequest> | undefined,
  request: PageRequest,
  webContents: Electron.WebContents,
): Promise<boolean> => {
  if (!watch?.fits(request.url)) return true;
  const { cancel, redirectURL } = await new Promise<CallbackResponse>((resolve) =>
    watch.listener({ ...describe(request, webContents), uploadData: [] }, resolve),
  );
  if (redirectURL !== undefined) fault('the stand-in for Electron does not provide redirectURL in onBeforeRequest');
  return cancel !== true;
};

const received = async (
  watch: Watch<HeadersReceived> | undefined,
  request: PageRequest,
  head: Received,
  webContents: Electron.WebContents,
): Promise<Received | null | undefined> => {
  if (!watch?.fits(request.url)) return undefined;
  const responseHeaders: Record<string, string[]> = {};
  for (const [name, value] of head.headers) (responseHeaders[name] ??= []).push(value);
  const statusLine = `HTTP/1.1 ${head.status}`;
  const answer = await new Promise<HeadersReceivedResponse>((resolve) =>
    watch.listener(
      { ...describe(request, webContents), responseHeaders, statusLine, statusCode: head.status },
      resolve,
    ),
  );
  if (answer.cancel === true) return null;
  if (!answer.responseHeaders) return undefined;
  return {
    status: Number((answer.statusLine ?? statusLine).split(' ')[1]),
    headers: Object.entries(answer.responseHeaders).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value] as const),
    ),
  };
};

/** What the listeners of a session decide of the requests of its pages. */
export interface Judge {
  /** Whether a request may go. */
  readonly mayRequest: (request: PageRequest, webContents: Electron.WebContents) => Promise<boolean>;
  readonly watchesHeaders: () => boolean;
  /** The head of an answer as the app wants it; undefined where nothing is to be changed, null to throw it away. */
  readonly received: (
    request: PageRequest,
    head: Received,
    webContents: Electron.WebContents,
  ) => Promise<Received | null | undefined>;
}

export const judge = Symbol('what the listeners decide');

export class WebRequest extends Strict {
  #before: Watch<BeforeRequest> | undefined;
  #headers: Watch<HeadersReceived> | undefined;

  constructor() {
    super('webRequest');
  }

  readonly onBeforeRequest: ElectronWebRequest['onBeforeRequest'] = (
    first: WebRequestFilter | BeforeRequest | null,
    second?: BeforeRequest | null,
  ): void => void (this.#before = toWatch(first, second));

  readonly onHeadersReceived: ElectronWebRequest['onHeadersReceived'] = (
    first: WebRequestFilter | HeadersReceived | null,
    second?: HeadersReceived | null,
  ): void => void (this.#headers = toWatch(first, second));

  readonly [judge]: Judge = {
    mayRequest: (request, contents) => mayRequest(this.#before, request, contents),
    watchesHeaders: () => this.#headers !== undefined,
    received: (request, head, contents) => received(this.#headers, request, head, contents),
  };
}

held<WebRequest, ElectronWebRequest>();
