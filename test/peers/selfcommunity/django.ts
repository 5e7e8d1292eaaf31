import type { Reply } from '../cloudreve-stores/http.ts';
import { type Answer, type Call, jsonAs } from './call.ts';
import type { Disk } from './disk.ts';

export const UPLOAD_PATH = '/api/v2/pm/upload/';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const page = (status: number, title: string, heading: string, text: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `
<!doctype html>
<html lang="en">
<head>
  <title>${title}</title>
</head>
<body>
  <h1>${heading}</h1><p>${text}</p>
</body>
</html>
`,
});
export const notFoundPage = page(404, 'Not Found', 'Not Found', 'The requested resource was not found on this server.');
export const serverErrorPage = page(500, 'Server Error (500)', 'Server Error (500)', '');
export const onlyPost: Reply = { status: 405, headers: { 'content-type': 'text/html; charset=utf-8', allow: 'POST' } };

const json = (status: number, body: unknown): Reply => jsonAs('application/json', status, body);

/**
 * django-fine-uploader 0.2.0. protocol: the first bytes of a chunk are kept; `done` writes a file under a name that is
 * free, and leaves it where a chunk is missing.
 */
export const answerDjango: Answer = (call, disk) => {
  const { method, path, query, form } = call;
  if (path !== UPLOAD_PATH) return notFoundPage;
  if (method !== 'POST') return onlyPost;
  const isDone = query.has('done');
  const error = complain(call, isDone);
  if (error !== '') return json(400, { success: false, error: `{${error}}` });
  const { qquuid: uuid = '', qqfilename: filename = '', qqpartindex: index = 'None', qqtotalparts } = form.fields;
  const total = Number(qqtotalparts ?? 1);
  const said = (name: string | null): Reply =>
    json(200, { success: true, path: name === null ? null : `uploads/${uuid}/${name}`, uuid });
  const bytes = form.file?.bytes ?? Buffer.alloc(0);
  if (isDone) {
    const name = combine(disk, uuid, filename, total);
    return name === undefined ? serverErrorPage : said(name);
  }
  if (total > 1) {
    disk.putChunk(uuid, index, bytes, true);
    return said(null);
  }
  const name = freeName(disk, uuid, filename);
  disk.putFile(uuid, name, bytes);
  return said(name);
};

/** What the form of the framework says of fields that are missing or no numbers. */
function complain({ form }: Call, isDone: boolean): string {
  const needed = isDone ? ['qquuid', 'qqfilename', 'qqtotalparts'] : ['qqfile', 'qquuid', 'qqfilename'];
  const missing = needed.filter((name) => !(name === 'qqfile' ? form.file?.field === name : form.fields[name]));
  const numbers = ['qqpartindex', 'qqtotalparts'].filter((name) => !/^\d*$/.test(form.fields[name] ?? ''));
  return [
    ...missing.map((name) => `'${name}': ['This field is required.']`),
    ...numbers.map((name) => `'${name}': ['Enter a whole number.']`),
  ].join(', ');
}

/** A name that no file of this UUID has yet. */
export function freeName(disk: Disk, uuid: string, wanted: string): string {
  if (disk.readFile(uuid, wanted) === undefined) return wanted;
  const [, stem = '', extension = ''] = /^(.*?)(\.[^.]*)?$/.exec(wanted) ?? [];
  const random = Array.from({ length: 7 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join('');
  return freeName(disk, uuid, `${stem}_${random}${extension}`);
}

/** Puts the chunks 0 to `total` - 1 together; undefined where one is missing: what was written by then stays. */
export function combine(disk: Disk, uuid: string, filename: string, total: number): string | undefined {
  const name = freeName(disk, uuid, filename);
  disk.writeFile(uuid, name);
  if (
    !disk.appendChunks(
      uuid,
      name,
      Array.from({ length: total }, (_, index) => String(index)),
    )
  )
    return undefined;
  disk.dropChunks(uuid);
  return name;
}
