import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, open, rename, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../http/client.ts';
import { multipartFile } from '../http/multipart.ts';
import type { Outcome } from '../outcome.ts';
import { FailureError } from '../providers/provider.ts';
import { beyondEnd, openSource, readChunk, type Source } from './chunk-reader.ts';
import { startDigest } from './digest.ts';
import { hashFile } from './hash.ts';
import { compare, ctimeOf, identify, isSameFile } from './identity.ts';

import { overwrite } from '../../../test/fakes/same-time.ts';

const MiB = 1024 * 1024;

let folder: string;
let path: string;
const sources: Source[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-source-'));
  path = join(folder, 'file.bin');
});
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close();
  await rm(folder, { recursive: true });
});

const must = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new FailureError(outcome.failure);
  return outcome.value;
};
const opened = async (at = path): Promise<Source> => {
  const source = must(await openSource(must(await identify(at))));
  sources.push(source);
  return source;
};
const read = async (source: Source, offset: number, size: number): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const block of readChunk({ source, offset, size })) parts.push(Buffer.from(block));
  return Buffer.concat(parts);
};
/** Different at each place of the file, and quickly made. */
const patterned = (size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 8 <= size; at += 8) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  return bytes;
};
const problemOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof FailureError) return [error.failure.behaviour, error.failure.problem];
    throw error;
  }
  return 'no failure';
};

describe('an identity', () => {
  it('survives JSON and knows its file again', async () => {
    await writeFile(path, 'abc');
    const identity = must(await identify(path));
    expect(identity).toMatchObject({ path, size: 3 });
    expect(identity.mtimeNs).toMatch(/^\d{19}$/);
    expect(await compare(JSON.parse(JSON.stringify(identity)) as typeof identity)).toBeUndefined();
  });

  it('tells what has changed', async () => {
    await writeFile(path, 'abc');
    const identity = must(await identify(path));
    const at = new Date(1_700_000_000_000);
    await utimes(path, at, at);
    expect(await compare(identity)).toEqual({ code: 'file-changed', params: { path, what: 'modified' } });
    const dated = must(await identify(path));
    const other = join(folder, 'other');
    await writeFile(other, 'xyz');
    await utimes(other, at, at);
    await rename(other, path);
    expect(await compare(dated)).toEqual({ code: 'file-changed', params: { path, what: 'replaced' } });
    await appendFile(path, 'd');
    expect(await compare(dated)).toEqual({ code: 'file-changed', params: { path, what: 'size' } });
    await rm(path);
    expect(await compare(dated)).toEqual({ code: 'file-missing', params: { path } });
  });

  it('keeps the ctime, which makes no two files of one', async () => {
    await writeFile(path, 'abc');
    const identity = must(await identify(path));
    expect(identity.ctimeNs).toMatch(/^\d{19}$/);
    const { ctimeNs, ...older } = identity;
    expect(isSameFile({ ...identity, ctimeNs: `${ctimeNs}0` }, identity)).toBe(true);
    expect(isSameFile(older, identity)).toBe(true);
    expect(isSameFile({ ...identity, mtimeNs: '1' }, identity)).toBe(false);
  });

  it('has no ctime on a file system that has none', async () => {
    await writeFile(path, 'abc');
    const stats = await stat(path, { bigint: true });
    expect(ctimeOf(stats)).toBe(String(stats.ctimeNs));
    expect(ctimeOf(Object.assign(stats, { ctimeNs: 0n }))).toBeUndefined();
    // Windows counts from 1601.
    expect(ctimeOf(Object.assign(stats, { ctimeNs: -11_644_473_600_000_000_000n }))).toBeUndefined();
  });

  it('does not mind another device number, nor a missing file id', async () => {
    await writeFile(path, 'abc');
    const identity = must(await identify(path));
    const inode = identity.fileId.split(':')[1];
    expect(await compare({ ...identity, fileId: `999999:${inode}` })).toBeUndefined();
    expect(await compare({ ...identity, fileId: '' })).toBeUndefined();
  });

  it('is not had of folders, nor of what cannot be looked at', async () => {
    expect(await identify(folder)).toMatchObject({
      failure: { problem: { code: 'file-is-special', params: { what: 'folder' } } },
    });
    expect(await identify(path)).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'file-missing' } },
    });
    await symlink('circle', join(folder, 'circle'));
    expect(await identify(join(folder, 'circle'))).toMatchObject({
      failure: { problem: { code: 'file-unreadable', params: { reason: 'link-circle' } } },
    });
    expect(await identify(join(folder, 'x'.repeat(300)))).toMatchObject({
      failure: { problem: { code: 'file-unreadable', params: { reason: 'name-long' } } },
    });
  });
});

describe('a chunk', () => {
  it.each([
    [0, 10],
    [1, MiB],
    [MiB - 1, 2 * MiB + 2],
    [0, 5 * MiB + 123],
    [5 * MiB, 123],
    [7, 0],
  ])('from %d of %d bytes is just those bytes', async (offset, size) => {
    const bytes = patterned(5 * MiB + 123);
    await writeFile(path, bytes);
    expect((await read(await opened(), offset, size)).equals(bytes.subarray(offset, offset + size))).toBe(true);
  });

  it('beyond 4 GiB is read from there', async () => {
    const far = 5 * 1024 ** 3;
    const file = await open(path, 'w');
    await file.write('the far end', far);
    await file.close();
    const source = await opened();
    expect((await read(source, far, 11)).toString()).toBe('the far end');
    expect((await read(source, far - 3 * MiB, 16)).equals(Buffer.alloc(16))).toBe(true);
  });

  it('is read by several lanes at once without mixing', async () => {
    const bytes = patterned(24 * MiB);
    await writeFile(path, bytes);
    const source = await opened();
    const size = 3 * MiB;
    const read8 = await Promise.all(Array.from({ length: 8 }, (_, i) => read(source, i * size, size)));
    expect(Buffer.concat(read8).equals(bytes)).toBe(true);
  });

  it('is not sent of a file that changed before it, or was replaced', async () => {
    await writeFile(path, patterned(2 * MiB));
    const source = await opened();
    await read(source, 0, MiB);
    const other = join(folder, 'other');
    await writeFile(other, Buffer.alloc(2 * MiB, 1));
    // Two files of one clock tick would have one time of change.
    await utimes(other, new Date(), new Date(1_700_000_000_000));
    await rename(other, path);
    expect(await problemOf(read(source, MiB, MiB))).toEqual([
      'attention',
      { code: 'file-changed', params: { path, what: 'modified' } },
    ]);
    await rm(path);
    expect(await problemOf(read(source, MiB, MiB))).toMatchObject(['attention', { code: 'file-missing' }]);
  });

  it('ends in a failure where the file is cut short under it', async () => {
    await writeFile(path, patterned(8 * MiB));
    const source = await opened();
    const blocks = readChunk({ source, offset: 0, size: 8 * MiB });
    await blocks.next();
    await truncate(path, MiB);
    const rest = (async () => {
      for await (const block of blocks) expect(block.length).toBe(MiB);
    })();
    expect(await problemOf(rest)).toMatchObject(['attention', { code: 'file-changed', params: { what: 'size' } }]);
  });

  it('that reaches beyond a file which did not change is short', async () => {
    await writeFile(path, 'abc');
    expect(await problemOf(read(await opened(), 1, 10))).toEqual([
      'attention',
      { code: 'file-read-short', params: { path, wanted: 10, got: 2 } },
    ]);
  });

  it('ends with the signal’s reason', async () => {
    await writeFile(path, patterned(4 * MiB));
    const abort = new AbortController();
    const blocks = readChunk({ source: await opened(), offset: 0, size: 4 * MiB, signal: abort.signal });
    await blocks.next();
    abort.abort(new Error('paused'));
    await expect(blocks.next()).rejects.toThrow('paused');
  });

  it('of a file that is gone, or a pipe now, is not opened', async () => {
    await writeFile(path, 'abc');
    const identity = must(await identify(path));
    await rm(path);
    expect(await openSource(identity)).toMatchObject({ failure: { problem: { code: 'file-missing' } } });
    await promisify(execFile)('mkfifo', [path]);
    expect(await openSource(identity)).toMatchObject({
      failure: { problem: { params: { what: 'now-pipe' } } },
    });
  });

  it('arrives whole through the client at a slow server, several at once, some cut', async () => {
    const bytes = randomBytes(12 * MiB);
    await writeFile(path, bytes);
    const server = createServer((req, res) => {
      const hash = createHash('sha256');
      let blocks = 0;
      req.on('error', () => undefined);
      req.on('data', (block: Buffer) => {
        hash.update(block);
        if (++blocks % 8 === 0) {
          req.pause();
          setTimeout(() => req.resume(), 2);
        }
      });
      req.on('end', () => res.end(hash.digest('hex')));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const http = createHttp({ serverName: 'Test', userAgent: 'test', proxy: 'none' });
    const source = await opened();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const size = 3 * MiB;
    const put = async (offset: number, cutAfter?: number): Promise<string> => {
      const abort = new AbortController();
      const body = {
        length: size,
        contentType: 'application/octet-stream',
        stream: async function* () {
          let given = 0;
          for await (const block of readChunk({ source, offset, size })) {
            yield block;
            given += block.length;
            if (cutAfter !== undefined && given >= cutAfter) abort.abort();
          }
        },
      };
      const outcome = await http
        .send({ method: 'PUT', url, body, signal: abort.signal })
        .catch((error: unknown) => (error as Error).name);
      return typeof outcome === 'string' ? outcome : must(outcome).text;
    };
    for (let round = 0; round < 3; round++) {
      const wanted = [0, 1, 2, 3].map((i) =>
        createHash('sha256')
          .update(bytes.subarray(i * size, (i + 1) * size))
          .digest('hex'),
      );
      const [a, b, cut, c, d] = await Promise.all([put(0), put(size), put(MiB, MiB), put(2 * size), put(3 * size)]);
      expect([a, b, c, d]).toEqual(wanted);
      expect(cut).toBe('AbortError');
    }
    http.close();
    server.closeAllConnections();
    server.close();
  });

  it('in a form is framed exactly', async () => {
    const bytes = patterned(2 * MiB + 5);
    await writeFile(path, bytes);
    const source = await opened();
    const stream = () => readChunk({ source, offset: 0, size: bytes.length });
    const body = multipartFile({ field: 'f', filename: 'f', contentType: 'x/y', size: bytes.length, stream });
    const parts: Buffer[] = [];
    for await (const block of body.stream()) parts.push(Buffer.from(block));
    const all = Buffer.concat(parts);
    expect(all.length).toBe(body.length);
    expect(all.includes(bytes)).toBe(true);
  });
});

describe('a look at an open file', () => {
  it('gives its ctime, which changes with an overwrite that puts the modification time back', async () => {
    await writeFile(path, 'abc');
    const source = await opened();
    const { ctimeNs } = source.identity;
    expect(await source.look()).toEqual({ ok: true, value: ctimeNs });
    // Clocks of file systems have ticks.
    for (let now = ctimeNs; now === ctimeNs; now = must(await source.look())) await overwrite(path, Buffer.from('xyz'));
    expect(await compare(source.identity)).toBeUndefined();
  });

  it('finds another file at its path by number and ctime, where the numbers mean nothing later', async () => {
    await writeFile(path, 'abc');
    const identity = { ...must(await identify(path)), fileId: '' };
    const source = must(await openSource(identity));
    sources.push(source);
    const other = join(folder, 'other');
    await writeFile(other, 'xyz');
    await promisify(execFile)('touch', ['-r', path, other]);
    const ctimeOfOther = async (): Promise<string | undefined> => must(await identify(other)).ctimeNs;
    while ((await ctimeOfOther()) === identity.ctimeNs) await promisify(execFile)('touch', ['-r', path, other]);
    await rename(other, path);
    expect(await source.look()).toMatchObject({
      failure: { problem: { code: 'file-changed', params: { what: 'replaced' } } },
    });
  });

  it('reads no byte past the end of a whole file, and says so of a longer one', async () => {
    await writeFile(path, 'abc');
    const source = await opened();
    expect(await beyondEnd(source)).toBeUndefined();
    const shorter = { ...source, identity: { ...source.identity, size: 2 } };
    expect(await beyondEnd(shorter)).toEqual({ code: 'file-size-wrong', params: { path, size: 2 } });
    await appendFile(path, 'd');
    expect(await beyondEnd(source)).toMatchObject({ code: 'file-changed', params: { what: 'size' } });
  });
});

describe('a digest', () => {
  it('is XXH64, whatever the pieces are, and grows beside others', async () => {
    const [one, two, empty] = [await startDigest(), await startDigest(), await startDigest()];
    // Vectors of the algorithm.
    expect(empty.hex()).toBe('ef46db3751d8e999');
    const bytes = patterned(3 * MiB + 5);
    for (let at = 0; at < bytes.length; at += 700_001) {
      one.update(bytes.subarray(at, at + 700_001));
      two.update(Buffer.from('b'));
    }
    const whole = await startDigest();
    whole.update(bytes);
    expect(one.hex()).toBe(whole.hex());
    expect(two.hex()).not.toBe(whole.hex());
    const abc = await startDigest();
    abc.update(Buffer.from('abc'));
    expect(abc.hex()).toBe('44bc2cf5ad770999');
  });
});

describe('a hash', () => {
  it.each(['sha256', 'md5'] as const)('by %s is that of the whole file, and tells how far it is', async (algorithm) => {
    const bytes = patterned(3 * MiB + 7);
    await writeFile(path, bytes);
    const seen: number[] = [];
    const identity = must(await identify(path));
    const { hashes, ctimeNs } = must(await hashFile(identity, [algorithm], { onProgress: (n) => seen.push(n) }));
    expect(hashes).toEqual({ [algorithm]: createHash(algorithm).update(bytes).digest('hex') });
    expect(ctimeNs).toBe(identity.ctimeNs);
    expect(seen).toEqual([MiB, 2 * MiB, 3 * MiB, 3 * MiB + 7]);
  });

  it('ends where the file changes, and with the signal', async () => {
    await writeFile(path, patterned(3 * MiB));
    const identity = must(await identify(path));
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(new Error('cancelled'));
    await expect(hashFile(identity, ['md5'], { signal: abort.signal, onProgress })).rejects.toThrow('cancelled');
    // Another ctime with the same modification time.
    const touch = (): void => {
      const touched = (): bigint => statSync(path, { bigint: true }).ctimeNs;
      for (const before = touched(); touched() === before;) execFileSync('touch', ['-r', path, path]);
    };
    expect(await hashFile(identity, ['md5'], { onProgress: touch })).toMatchObject({
      failure: { problem: { code: 'file-changed', params: { what: 'modified' } } },
    });
    await appendFile(path, 'x');
    expect(await hashFile(identity, ['md5'])).toMatchObject({ failure: { problem: { code: 'file-changed' } } });
  });
});
