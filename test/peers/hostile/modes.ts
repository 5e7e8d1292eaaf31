/** What a hostile server does. Each mode is a Stend but for one thing; `next` answers as a good one would. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Asked = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Below the server's address. */
  readonly path: string;
  readonly next: () => Promise<void>;
};
export type Mode = (asked: Asked) => Promise<void> | void;

const mebibyte = Buffer.alloc(1024 * 1024, 0x20);

const isCreate = ({ request, path }: Asked): boolean => request.method === 'POST' && path === '/files/create';

/** The good answer, changed on its way: whatever JSON it is. */
const changed = async (
  { response, path, next }: Asked,
  change: (body: Record<string, unknown>) => object,
): Promise<void> => {
  // A download has its length in its headers.
  if (path === '/files/download') return next();
  const end = response.end.bind(response);
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (status: number) => {
    response.statusCode = status;
    return response;
  };
  response.end = (text?: unknown) => {
    const body: unknown = typeof text === 'string' && text.startsWith('{') ? JSON.parse(text) : undefined;
    const told = body === undefined ? (text ?? '') : JSON.stringify(change(body as Record<string, unknown>));
    writeHead(response.statusCode, { 'content-type': 'application/json' });
    return end(told);
  };
  await next();
};

/** So many bytes of blanks, as fast as they are taken. */
const flood = (response: ServerResponse, bytes: number): void => {
  let left = bytes;
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= mebibyte.length;
      if (!response.write(mebibyte)) return;
    }
    response.end();
  };
  response.on('drain', more);
  more();
};

/** A byte a while, for as long as the client listens. */
const drip = (response: ServerResponse, first: string): void => {
  const { socket } = response;
  socket?.write(first);
  const timer = setInterval(() => socket?.write('x'), 500);
  response.on('close', () => clearInterval(timer));
};

const command = '\nrm -rf ~ #\u202e\u001b[2J';

/** A plan of chunks of one byte, as long as it may get. */
const chunksOfOne = (count: number): object[] => Array.from({ length: count }, () => ({ size: 1 }));

export const modes: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  // A chunk size that asks for an answer of hundreds of megabytes, which comes.
  [
    'tiny-chunks',
    (asked) => {
      if (asked.path === '/instance') return changed(asked, (body) => ({ ...body, chunkSize: 1 }));
      if (!isCreate(asked)) return asked.next();
      flood(asked.response, 620e6);
      return undefined;
    },
  ],
  // The same without a word before.
  ['flood', (asked) => (isCreate(asked) ? flood(asked.response, 620e6) : asked.next())],
  // An answer within all limits of size that plans more chunks than a database should hold.
  [
    'long-plan',
    (asked) =>
      isCreate(asked)
        ? changed(asked, (body) => ({ ...body, chunkEvery: 1, chunks: chunksOfOne(Number(body['fileSize'])) }))
        : asked.next(),
  ],
  [
    'deep-json',
    (asked) =>
      isCreate(asked)
        ? void asked.response.writeHead(200).end(`${'[{"chunks":'.repeat(1e6)}0${'}]'.repeat(1e6)}`)
        : asked.next(),
  ],
  // Pages and errors that some expressions read for ever.
  [
    'endless-markup',
    async (asked) => {
      const { response, path, next } = asked;
      if (path !== '/' && !isCreate(asked)) return next();
      response.writeHead(path === '/' ? 200 : 500, { 'content-type': 'text/html' });
      response.end('<head <Error>'.repeat(500_000));
    },
  ],
  // A key that is a command line when it is pasted.
  [
    'newline-key',
    (asked) => {
      asked.request.url = asked.request.url?.replace(encodeURIComponent(command), '') ?? '/';
      return changed(asked, (body) =>
        typeof body['shareKey'] === 'string' ? { ...body, shareKey: body['shareKey'] + command } : body,
      );
    },
  ],
  [
    'out-of-range',
    (asked) =>
      changed(asked, (body) => ({
        ...body,
        ...('shareKey' in body ? { created: 1e308, expireTime: -1e308, expireDate: 1e308, uploadedAt: -1e308 } : {}),
      })),
  ],
  ['drip', (asked) => (isCreate(asked) ? drip(asked.response, 'HTTP/1.1 200 OK\r\n\r\n') : asked.next())],
  ['drip-headers', (asked) => (isCreate(asked) ? drip(asked.response, 'HTTP/1.1 200 OK\r\nx-slow: ') : asked.next())],
  // A front that takes connections and ends them, and a server that fails every create.
  ['closes', (asked) => (isCreate(asked) ? void asked.request.socket.destroy() : asked.next())],
  [
    'fails',
    (asked) =>
      isCreate(asked)
        ? void asked.response
            .writeHead(500, { 'content-type': 'application/json' })
            .end('{"error":"Internal Server Error"}')
        : asked.next(),
  ],
  [
    'late',
    (asked) =>
      isCreate(asked) ? void asked.response.writeHead(503, { 'retry-after': '9'.repeat(300) }).end() : asked.next(),
  ],
]);
