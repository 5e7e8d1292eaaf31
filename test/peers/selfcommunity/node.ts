import { type Answer, jsonAs } from './call.ts';

const PATH = '/uploads';
const TEXT = 'text/plain; charset=utf-8';

/**
 * Fine Uploader's server-examples/nodejs.js. protocol: there is no `done`, the chunk with the last index appends all that
 * are there to the file: with a hole where one is missing, and once more when it is sent again.
 */
export const answerNode: Answer = ({ method, path, form }, disk) => {
  if (method === 'DELETE' && path.startsWith(`${PATH}/`)) {
    disk.removeFile(path.slice(PATH.length + 1));
    return { status: 200 };
  }
  if (method !== 'POST' || path !== PATH)
    return { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' }, body: `Cannot ${method} ${path}\n` };
  const { qquuid: uuid = '', qqfilename: name = '', qqpartindex: index, qqtotalparts: total = '' } = form.fields;
  const bytes = form.file?.bytes ?? Buffer.alloc(0);
  if (index === undefined) disk.putFile(uuid, name, bytes);
  else {
    disk.putChunk(uuid, index.padStart(total.length, '0'), bytes, false);
    if (Number(index) === Number(total) - 1) {
      disk.appendChunks(uuid, name, disk.chunks(uuid));
      disk.dropChunks(uuid);
    }
  }
  return jsonAs(TEXT, 200, { success: true });
};
