/** Every request of a page passes here: what it may go to, and the answers of the app's own schemes. */
import type { Session } from './cdp.ts';
import { fault } from './record.ts';
import { handlers, innerHeader, outer, schemeOf } from './schemes.ts';

export interface PageRequest {
  /** As the app knows it. */
  readonly url: string;
  readonly method: string;
  readonly resourceType: string;
  readonly referrer: string;
  readonly isMainFrame: boolean;
}

export interface Received {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What the window decides of its page's requests. */
export interface RequestRules {
  /** A document in a frame, wanted by the page itself. */
  readonly mayNavigate: (url: string, isMainFrame: boolean) => boolean;
  /** A document in a frame, where another address led to. */
  readonly mayRedirect: (url: string, isMainFrame: boolean) => boolean;
  /** The window itself asks for its next document. Told once. */
  readonly isOwn: (url: string) => boolean;
  readonly mayRequest: (request: PageRequest) => Promise<boolean>;
  /** The answer's head as it should be; undefined where nothing is to be changed, null where it is to be thrown away. */
  readonly received: (request: PageRequest, head: Received) => Promise<Received | null | undefined>;
  readonly watchesHeaders: () => boolean;
}

interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly redirectedRequestId?: string;
  readonly responseStatusCode?: number;
  readonly responseErrorReason?: string;
  readonly responseHeaders?: readonly { readonly name: string; readonly value: string }[];
  readonly request: {
    readonly url: string;
    readonly urlFragment?: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly hasPostData?: boolean;
    readonly postData?: string;
    readonly postDataEntries?: readonly { readonly bytes?: string }[];
  };
}

const kinds: Readonly<Record<string, string>> = {
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  XHR: 'xhr',
  Fetch: 'xhr',
  Ping: 'ping',
  CSPViolationReport: 'cspReport',
  Media: 'media',
  WebSocket: 'webSocket',
};

/** Chromium tells of a page's wish and of its request by two ways; this is how long the wish may be late, in ms. */
const grace = 150;

const toRequest = ({ request }: Paused, url: string): Request => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, outer(value));
  const { method, postDataEntries, postData } = request;
  if (method === 'GET' || method === 'HEAD' || request.hasPostData !== true)
    return new Request(url, { method, headers });
  const parts = postDataEntries?.map(({ bytes = '' }) => Buffer.from(bytes, 'base64'));
  return new Request(url, { method, headers, body: parts ? Buffer.concat(parts) : (postData ?? '') });
};

/** Listens for requests of a page and answers each. */
export const answerRequests = (session: Session, mainFrame: string, rules: RequestRules): void => {
  /** Documents that frames asked for by themselves: what a spec or the app navigates to is not among them. */
  const wished = new Map<string, string>();
  session.on('Page.frameRequestedNavigation', ({ frameId, url, disposition }) => {
    if (disposition !== 'currentTab') return;
    wished.set(frameId, url);
    const scheme = new URL(url).protocol;
    if (/^(https?|about|data|blob|javascript):$/.test(scheme)) return;
    // Chromium drops an unknown scheme without a request; Electron asks the app first.
    wished.delete(frameId);
    if (rules.mayNavigate(url, frameId === mainFrame))
      fault(`a page went to ${url}, which the stand-in does not provide`);
  });

  const isWished = async ({ frameId, request }: Paused): Promise<boolean> => {
    const asks = (): boolean => wished.get(frameId)?.split('#')[0] === request.url;
    for (let waited = 0; waited < grace && !asks(); waited += 10) await new Promise((wake) => setTimeout(wake, 10));
    const found = asks();
    if (found) wished.delete(frameId);
    return found;
  };

  const fulfil = async (paused: Paused, described: PageRequest, scheme: string): Promise<void> => {
    const { requestId } = paused;
    const handler = handlers.get(scheme);
    const fail = (errorReason: 'Failed' | 'BlockedByClient') =>
      session.send('Fetch.failRequest', { requestId, errorReason });
    if (!handler) {
      await fail('Failed');
      return;
    }
    let response: Response;
    try {
      response = await handler(toRequest(paused, described.url));
      if (!(response instanceof Response)) throw new TypeError('it gave no Response');
    } catch (error) {
      fault(`the handler of ${scheme} failed for ${described.url}: ${String(error)}`);
      {
        await fail('Failed');
        return;
      }
    }
    if (response.type === 'error') {
      await fail('Failed');
      return;
    }
    const body = Buffer.from(await response.arrayBuffer()).toString('base64');
    const head: Received = { status: response.status, headers: [...response.headers] };
    const changed = rules.watchesHeaders() ? await rules.received(described, head) : undefined;
    if (changed === null) {
      await fail('BlockedByClient');
      return;
    }
    const { status, headers } = changed ?? head;
    await session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: status,
      responseHeaders: headers.map(([name, value]) => ({ name, value: innerHeader(value) })),
      body,
    });
  };

  const passResponse = async (paused: Paused, described: PageRequest): Promise<void> => {
    const { requestId, responseStatusCode: status = 0, responseHeaders = [] } = paused;
    const head: Received = { status, headers: responseHeaders.map(({ name, value }) => [name, value]) };
    const changed = paused.responseErrorReason === undefined ? await rules.received(described, head) : undefined;
    if (changed === null) await session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    else if (changed === undefined) await session.send('Fetch.continueRequest', { requestId });
    else
      await session.send('Fetch.continueResponse', {
        requestId,
        responseCode: changed.status,
        responseHeaders: changed.headers.map(([name, value]) => ({ name, value })),
      });
  };

  const answer = async (paused: Paused): Promise<void> => {
    const { requestId, frameId, resourceType } = paused;
    const isMainFrame = frameId === mainFrame;
    const isDocument = resourceType === 'Document';
    const described: PageRequest = {
      url: outer(paused.request.url + (paused.request.urlFragment ?? '')),
      method: paused.request.method,
      resourceType: isDocument ? (isMainFrame ? 'mainFrame' : 'subFrame') : (kinds[resourceType] ?? 'other'),
      referrer: outer(paused.request.headers['Referer'] ?? ''),
      isMainFrame,
    };
    if (paused.responseStatusCode !== undefined || paused.responseErrorReason !== undefined)
      return passResponse(paused, described);
    const asks =
      isDocument && paused.redirectedRequestId === undefined && !(isMainFrame && rules.isOwn(paused.request.url));
    const leads = isDocument && paused.redirectedRequestId !== undefined;
    const refused = leads
      ? !rules.mayRedirect(described.url, isMainFrame)
      : asks && (await isWished(paused)) && !rules.mayNavigate(described.url, isMainFrame);
    if (refused) {
      await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
    if (!(await rules.mayRequest(described))) {
      await session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
      return;
    }
    const scheme = schemeOf(paused.request.url);
    if (scheme !== undefined) return fulfil(paused, described, scheme);
    await session.send('Fetch.continueRequest', { requestId, interceptResponse: rules.watchesHeaders() });
  };

  session.on('Fetch.requestPaused', (paused) => {
    // The page may go while its request is being answered.
    answer(paused as Paused).catch(() => undefined);
  });
};
