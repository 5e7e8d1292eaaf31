import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf } from './chunk-body.ts';
import { encrypted, keepKey, keyOf, dropKey } from './crypt.ts';
import { bytesOf, chunkAt, progress, remote, alive, scripted } from './fixtures/scripted.ts';
import { resume } from './resume.ts';

const collect = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};

const secret = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((b) => Buffer.from(b));

describe('encryption', () => {
  it('gives any piece of the file as AES-256-CTR over the whole of it does', async () => {
    await fc.assert(
      fc.asyncProperty(
        secret(32),
        secret(16),
        fc.nat(300),
        fc.nat(300),
        fc.boolean(),
        async (key, start, offset, length, full) => {
          // The counter runs over its end, too.
          const iv = full ? Buffer.alloc(16, 0xff) : start;
          const plain = Buffer.from(Uint8Array.from({ length: 700 }, (_, i) => (i * 31) & 255));
          const whole = createCipheriv('aes-256-ctr', key, iv).update(plain);
          const pieces = async function* () {
            for (let at = offset; at < offset + length; at += 7)
              yield await Promise.resolve(plain.subarray(at, Math.min(at + 7, offset + length)));
          };
          const got = await collect(
            encrypted(pieces(), { key: key.toString('base64'), iv: iv.toString('base64'), offset }),
          );
          expect(got.equals(whole.subarray(offset, offset + length))).toBe(true);
        },
      ),
    );
  });

  const iv = Buffer.alloc(16).toString('base64');
  const key = Buffer.alloc(32).toString('base64');
  const locked = { ...remote, iv };

  it('sends nothing in plain where the key is lost: the upload starts anew', async () => {
    const lost = { failure: { behaviour: 'restart', problem: { code: 'upload-key-lost' } } };
    expect(await bodyOf(locked, chunkAt(1), bytesOf(chunkAt(1)), scripted([]))).toMatchObject(lost);
    expect(await resume(locked, progress([0]), scripted([alive]))).toMatchObject(lost);
  });

  it('keeps its key over a kill, and lets go of it at the end', async () => {
    const ctx = scripted([]);
    await keepKey(locked.session, key, ctx);
    expect(await keyOf(locked, ctx)).toEqual({ ok: true, value: key });
    await dropKey(locked, ctx);
    expect(await keyOf(locked, ctx)).toEqual({ ok: true, value: undefined });
  });

  it('holds its key in memory where the vault keeps none', async () => {
    const ctx = scripted([], { keeps: false });
    await keepKey(locked.session, key, ctx);
    expect(await keyOf(locked, ctx)).toEqual({ ok: true, value: key });
    await dropKey(locked, ctx);
    expect(await keyOf(locked, ctx)).toEqual({ ok: true, value: undefined });
  });
});
