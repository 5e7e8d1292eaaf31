export interface CallbackAnswer {
  readonly status: number;
  readonly text: string;
}

export interface CallbackInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** POSTs to the server that a store works for. Undefined: it could not be reached. */
export type CallServer = (url: string, init: CallbackInit) => Promise<CallbackAnswer | undefined>;

export const callServer: CallServer = async (url, { headers, body }) => {
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url, { method: 'POST', headers: { ...headers, connection: 'close' }, body, signal });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
};

/** What fills a callback's template, by the names of the provider. */
export type CallbackValues = Readonly<Record<string, string | number>>;

/** Fills `${name}` or `$(name)` with JSON; a name that there is not becomes empty. */
export function fillTemplate(template: string, values: CallbackValues): string {
  return template.replace(/\$[{(]([\w.:]+)[})]/g, (_, name: string) => JSON.stringify(values[name] ?? ''));
}
