import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** protocol: what is no HTTP request is answered in JSON too. */
export function refuseConnection({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return;
  const [status, message] =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'Client Timeout']
      : code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'Exceeded maximum allowed HTTP header size']
        : [400, 'Client Error'];
  const error = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ error, message, statusCode: status });
  const head = [`HTTP/1.1 ${status} ${error}`, `Content-Length: ${body.length}`, 'Content-Type: application/json'];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
