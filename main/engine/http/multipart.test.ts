import Fastify from 'fastify';
import multipart from '@fastify/multipart';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from './client.ts';
import { multipartFile, type MultipartFile } from './multipart.ts';

const bytesOf = async (parts: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part.slice());
  return Buffer.concat(all);
};
const file = (over: Partial<MultipartFile> = {}): MultipartFile => ({
  field: 'file',
  filename: 'a.bin',
  contentType: 'application/octet-stream',
  size: 5,
  stream: async function* () {
    yield await Promise.resolve(Buffer.from('hel'));
    yield Buffer.from('lo');
  },
  ...over,
});

let ending: (() => Promise<void>) | undefined;
afterEach(async () => {
  await ending?.();
  ending = undefined;
});

describe('a form with a file', () => {
  it('announces just the bytes that it gives', async () => {
    const body = multipartFile(file({ filename: 'ünï"c\r\node.bin', fields: { chunk: '3', Straße: 'a\nb' } }));
    expect((await bytesOf(body.stream())).length).toBe(body.length);
  });

  it('has no length where the file has none', () => {
    expect(multipartFile(file({ size: undefined })).length).toBeUndefined();
  });

  it('lets no name end its header', async () => {
    const body = multipartFile(
      file({ field: 'f"\r\nX: 1', filename: '"; name="key"\r\n\r\nevil', contentType: 'a/b\r\nX-Evil: 1' }),
    );
    const [head] = (await bytesOf(body.stream())).toString().split('\r\n\r\n');
    expect(head?.split('\r\n').slice(1)).toEqual([
      'Content-Disposition: form-data; name="f%22%0D%0AX: 1"; filename="%22; name=%22key%22%0D%0A%0D%0Aevil"',
      'Content-Type: a/bX-Evil: 1',
    ]);
  });

  it('ends its file where the form is given up', async () => {
    let ended = false;
    const { stream } = multipartFile(
      file({
        stream: async function* () {
          try {
            for (;;) yield await Promise.resolve(Buffer.from('x'));
          } finally {
            ended = true;
          }
        },
      }),
    );
    let count = 0;
    for await (const part of stream()) if (part.length > 0 && ++count > 3) break;
    expect(ended).toBe(true);
  });

  it.each([5, undefined])('is understood by a server (size %s)', async (size) => {
    const server = Fastify();
    await server.register(multipart);
    server.post('/', async (request) => {
      const part = await request.file();
      const text = (await part?.toBuffer())?.toString();
      const chunk = part?.fields['chunk'];
      return {
        text,
        name: part?.filename,
        type: part?.mimetype,
        chunk: chunk && 'value' in chunk ? chunk.value : null,
      };
    });
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    const http = createHttp({ serverName: 'Test', userAgent: 'test', proxy: 'none' });
    ending = async () => {
      http.close();
      await server.close();
    };
    const body = multipartFile(
      file({ size, filename: 'Grüße 1.txt', contentType: 'text/plain', fields: { chunk: '7' } }),
    );
    const outcome = await http.send({ method: 'POST', url: address, body });
    expect(outcome.ok && outcome.value.json).toEqual({
      text: 'hello',
      name: 'Grüße 1.txt',
      type: 'text/plain',
      chunk: '7',
    });
  });
});
