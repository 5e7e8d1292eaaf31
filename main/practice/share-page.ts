import type { IncomingMessage, ServerResponse } from 'node:http';
import { normaliseKey } from './keys.ts';
import type { Practice } from './practice.ts';
import type { Transfer } from './transfers.ts';

/**
 * Serves the page that share links lead to: `/web/` names the server, `/web/d?KEY` offers the download.
 * False when the request is for something else. protocol: the head of a Stend web page carries the API's address.
 */
export function serveSharePage(practice: Practice, request: IncomingMessage, response: ServerResponse): boolean {
  const { method, url = '' } = request;
  const [path, key = ''] = url.split('?', 2);
  if (method !== 'GET' || (path !== '/web/' && path !== '/web/d')) return false;
  const api = `http://${request.headers.host ?? 'localhost'}`;
  const page = path === '/web/' ? welcome() : offer(practice, normaliseKey(key));
  response.writeHead(page ? 200 : 404, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
  });
  response.end(`<!doctype html>
<html lang="en">
<head apibaseurl="${escapeHtml(api)}" showhtmlextension="false">
<meta charset="utf-8"><title>Practice server</title>
</head>
<body>${page ?? '<p>There is nothing under this key.</p>'}</body>
</html>
`);
  return true;
}

const welcome = (): string => '<p>This is a practice server. Files that are sent to it stay on this computer.</p>';

function offer({ transfers, tokens, now }: Practice, key: string): string | undefined {
  const share = transfers.byShareKey(key);
  if (!share) return undefined;
  const found = 'members' in share ? share.members.map((member) => transfers.byShareKey(member)) : [share];
  const files = found.filter((file): file is Transfer => file !== undefined && 'finished' in file && !!file.finished);
  const item = ({ shareKey, fileName, fileSize }: Transfer): string => {
    const link = `/files/download?sharekey=${shareKey}&token=${tokens.make(shareKey, now())}`;
    return `<li><a href="${escapeHtml(link)}">${escapeHtml(fileName)}</a> (${fileSize} bytes)</li>`;
  };
  return files.length ? `<ul>${files.map(item).join('')}</ul>` : undefined;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
