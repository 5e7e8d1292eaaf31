/** An answer other than success, which the dispatcher puts into the envelope. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: number;
  /** Further fields of the envelope. */
  readonly more: Readonly<Record<string, unknown>>;
  /** Refusals of what a request says carry no correlation id. */
  readonly traced: boolean;

  constructor(
    code: number,
    message = '',
    { status = 200, traced = true, more = {} }: Partial<Pick<Refusal, 'status' | 'traced' | 'more'>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.more = more;
    this.traced = traced;
  }

  /** The same in another HTTP status, as callbacks answer it. */
  as(status: number): Refusal {
    return new Refusal(this.code, this.message, { status, traced: this.traced, more: this.more });
  }

  envelope(correlationId: string): Readonly<Record<string, unknown>> {
    return { code: this.code, ...this.more, msg: this.message, ...(this.traced && { correlation_id: correlationId }) };
  }
}

/** An answer that is not an envelope. */
export class Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Buffer | undefined;

  constructor(status: number, headers: Readonly<Record<string, string | number>>, body?: string | Buffer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export const notFound = (): Raw => new Raw(404, { 'content-type': 'text/plain' }, '404 page not found');

export const webPage = (): Raw =>
  new Raw(200, { 'content-type': 'text/html' }, '<!doctype html><html><body><div id="root"></div></body></html>\n');

/** A redirection with the small page that goes with it. */
export function redirect(location: string, status = 302): Raw {
  const words = status === 301 ? 'Moved Permanently' : 'Found';
  const body = `<a href="${location.replaceAll('&', '&amp;')}">${words}</a>.\n\n`;
  return new Raw(status, { 'content-type': 'text/html; charset=utf-8', location }, body);
}

export const refuse = {
  login: () => new Refusal(401, 'Login required'),
  noPath: () => new Refusal(40016, 'Path not exist'),
  existed: () => new Refusal(40004, 'Object existed'),
  badName: () => new Refusal(40052, 'Invalid object name'),
  unsupported: () => new Refusal(403, 'Not supported action'),
  denied: () => new Refusal(403, 'Permission denied'),
  noEntity: () => new Refusal(40077, 'Entity not exist'),
  badUri: () => new Refusal(40001, 'unknown uri'),
  nothing: () => new Refusal(-1),
  lockLost: () => new Refusal(40073, 'Lock expired'),
  noSession: () => new Refusal(40011),
  io: () => new Refusal(50004, 'Failed to upload file'),
  invalid: (message: string) => new Refusal(40001, message, { traced: false }),
};
