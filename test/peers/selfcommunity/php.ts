import type { Reply } from '../cloudreve-stores/http.ts';
import { type Answer, jsonAs } from './call.ts';

const PATH = '/endpoint.php';
const NOT_MULTIPART = 'Server error. Not a multipart request. Please set forceMultipart to default value (true).';
const HTML = { 'content-type': 'text/html; charset=UTF-8' };

const json = (body: unknown): Reply => jsonAs('text/plain;charset=UTF-8', 200, body);

/**
 * php-traditional-server's endpoint.php on PHP 8. protocol: errors stand in the body of a 200; the last bytes of a chunk
 * win; `done` empties the file before it looks for the chunks, and answers 500 without a body where one is missing.
 */
export const answerPhp: Answer = ({ method, path, query, headers, form }, disk) => {
  const { fields } = form;
  if (!path.startsWith(PATH)) return { status: 404, headers: HTML };
  if (method === 'DELETE' || fields['_method'] === 'DELETE') {
    const uuid = fields['qquuid'] ?? path.slice(path.lastIndexOf('/') + 1);
    const body = disk.removeFile(uuid)
      ? { success: true, uuid }
      : { success: false, error: `File not found! Unable to delete.${path}`, path: uuid };
    return { status: 200, headers: HTML, body: JSON.stringify(body) };
  }
  if (method !== 'POST') return { status: 405, headers: HTML };

  const { qquuid: uuid = '', qqfilename: name = '', qqpartindex: index = '', qqtotalparts } = fields;
  const total = Number(qqtotalparts ?? 1);
  if (query.has('done')) {
    disk.writeFile(uuid, name);
    const chunks = Array.from({ length: total }, (_, part) => String(part));
    if (!disk.appendChunks(uuid, name, chunks))
      return { status: 500, headers: { 'content-type': 'text/plain;charset=UTF-8' } };
    disk.dropChunks(uuid);
    return json({ success: true, uuid });
  }
  const refuse = (error: string): Reply => json({ error, uploadName: null });
  const bytes = form.file?.bytes ?? Buffer.alloc(0);
  if (!headers['content-type']?.startsWith('multipart/')) return refuse(NOT_MULTIPART);
  if (name === '') return refuse('File name empty.');
  if (Number(fields['qqtotalfilesize'] ?? bytes.length) === 0) return refuse('File is empty.');
  if (total > 1) disk.putChunk(uuid, index, bytes, false);
  else disk.putFile(uuid, name, bytes);
  return json({ success: true, uuid, uploadName: total > 1 ? null : name });
};
