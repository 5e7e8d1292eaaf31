import { drain, header, type Ask, readText, type Reply } from '../cloudreve-stores/http.ts';
import { type Call, json, noModel, refuse, unauthorized } from './call.ts';
import { bytesOfSize, type Place } from './config.ts';
import { change, create, find, list, remove, show } from './files.ts';
import type { Site } from './site.ts';
import type { FileRow } from './store.ts';
import { corrupt, keepChunk, listUploads, noteBody, receive, showUpload } from './uploads.ts';

/** Answers a request. Undefined: the connection ends without an answer. Throws where the body breaks off. */
export async function answer(site: Site, ask: Ask): Promise<Reply | undefined> {
  const limit = bytesOfSize(site.config.post_max_size);
  if (limit > 0 && ask.length > limit) {
    await drain(ask);
    return refuse(ask, 413, 'The POST data is too large.');
  }
  if (ask.path === '/login') return signIn(site, ask);
  const [, file, uploads, upload] = /^\/api\/files(?:\/([^/]+)(?:(\/uploads)(?:\/([^/]+))?)?)?$/.exec(ask.path) ?? [];
  const method = ask.method === 'HEAD' ? 'GET' : ask.method;
  if (file !== undefined && uploads !== undefined) return answerUploads(site, ask, method, file, upload);
  const call = await readCall(site, ask);
  const { vices } = site;
  if (ask.path === '/api/settings' && !site.isSeed) {
    if (method !== 'GET') return notSupported(call, 'GET, HEAD');
    return vices.answer(call, 'settings', () => json(200, { data: { upload_max_size: limit } }));
  }
  if (ask.path === '/api/files') {
    if (method === 'GET') return vices.answer(call, 'list', () => list(site, call));
    if (method === 'POST') return vices.answer(call, 'create', () => create(site, call));
    return notSupported(call, 'GET, HEAD, POST');
  }
  if (file === 'search' && method === 'POST') return vices.answer(call, 'search', () => find(site, call));
  if (file !== undefined) return answerFile(site, call, method, file);
  return refuse(call, 404, `The route ${ask.path.slice(1)} could not be found.`);
}

async function answerFile(site: Site, call: Call, method: string, file: string): Promise<Reply | undefined> {
  type Act = (site: Site, call: Call, row: FileRow) => Reply;
  const acts: Readonly<Record<string, readonly [Place, Act]>> = {
    GET: ['status', show],
    ...(!site.isSeed && { PUT: ['patch', change], PATCH: ['patch', change] }),
    DELETE: ['delete', remove],
  };
  const [place, act] = acts[method] ?? [];
  if (!place || !act) return notSupported(call, ['GET, HEAD', ...Object.keys(acts).slice(1)].join(', '));
  return site.vices.answer(call, place, () => {
    const row = fileOf(site, file);
    if (!row) return noModel(call, 'File');
    return row.user === call.user ? act(site, call, row) : unauthorized(call);
  });
}

/** protocol: what does not exist is 404 whoever asks; the rest is for the owner of the file. */
async function answerUploads(
  site: Site,
  ask: Ask,
  method: string,
  file: string,
  id: string | undefined,
): Promise<Reply | undefined> {
  const call: Call = { ...ask, user: site.users.of(header(ask, 'authorization')), body: {} };
  const refused = async (reply: Reply): Promise<Reply> => {
    await drain(ask);
    return reply;
  };
  if (!['GET', 'PUT', 'PATCH'].includes(method)) return refused(notSupported(call, 'GET, HEAD, PUT, PATCH'));
  const row = fileOf(site, file);
  if (!row) return refused(noModel(call, 'File'));
  const isOwner = row.user === call.user;
  if (id === undefined && method === 'GET') return refused(isOwner ? listUploads(site, call, row) : unauthorized(call));
  const upload = site.store.upload(row, numberOf(id ?? ''));
  if (!isOwner) return refused(unauthorized(call));
  if (!upload) {
    if (row.status === 'completed' && method !== 'GET') site.journal.note('again', String(row.id), chunkOf(row, id));
    return refused(noModel(call, 'Upload'));
  }
  if (method === 'GET') return refused(showUpload(call, upload));
  const arrived = await receive(site, ask, () => noteBody(site, row, upload));
  const keep = (isCorrupt: boolean): Reply => {
    if (isCorrupt) corrupt(arrived);
    return keepChunk(site, call, row.id, upload.id, arrived);
  };
  return site.vices.answer(call, 'chunk', keep, upload.number);
}

async function signIn({ users }: Site, ask: Ask): Promise<Reply> {
  const body = await readText(ask);
  if (ask.method !== 'GET' && ask.method !== 'POST') return notSupported(ask, 'GET, HEAD, POST');
  return users.signIn(ask.query, ask.method === 'POST' ? new URLSearchParams(body) : undefined);
}

async function readCall({ users }: Site, ask: Ask): Promise<Call> {
  const text = await readText(ask);
  return { ...ask, user: users.of(header(ask, 'authorization')), body: objectOf(text) };
}

function objectOf(text: string): Call['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Call['body']) : {};
  } catch {
    return {};
  }
}

/** NaN where it is no number, which no row has. */
const numberOf = (id: string): number => (/^\d+$/.test(id) ? Number(id) : NaN);
const fileOf = ({ store }: Site, id: string): FileRow | undefined => store.row(numberOf(id));
const chunkOf = (row: FileRow, id: string | undefined): number => numberOf(id ?? '') - row.firstUpload + 1;

const notSupported = (ask: Ask, allow: string): Reply =>
  refuse(
    ask,
    405,
    `The ${ask.method} method is not supported for route ${ask.path.slice(1)}. Supported methods: ${allow}.`,
    { allow },
  );
