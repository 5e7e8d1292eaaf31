/** The same work done by curl, which everybody knows and has. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, sparseFile } from './bench.ts';

export type Cut = { readonly size: number; readonly chunks: readonly string[] };

/** As protocol: what a server cuts files into where nobody chose otherwise. Bytes. */
export const chunkSize = 20_000_000;

/** Cuts a file without contents into the files that curl sends as chunks. */
export const cutFile = async (folder: string, size: number, chunk = chunkSize): Promise<Cut> => {
  await mkdir(folder);
  const chunks: string[] = [];
  for (let at = 0; at < size; at += chunk)
    chunks.push(await sparseFile(join(folder, String(chunks.length)), Math.min(chunk, size - at)));
  return { size, chunks };
};

/**
 * Sends the chunks of a file as multipart, one after the other over one connection of one curl. Gives the seconds that
 * it took, from the start of curl to its end; the upload had been created before.
 */
export const curlChunks = async (folder: string, url: string, { size, chunks }: Cut): Promise<number> => {
  const created = (await (
    await fetch(`${url}/files/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filename: 'by curl', filesize: size, expiretime: 3600 }),
    })
  ).json()) as { readonly transferKey: string };
  const request = (path: string, chunk: number): string =>
    [
      `url = "${url}/files/uploadChunk?transferkey=${created.transferKey}&chunk=${chunk}"`,
      'request = "PUT"',
      `form = "file=@${path};type=application/octet-stream;filename=chunk"`,
      // Else curl asks before each body whether it may send it.
      'header = "Expect:"',
      'silent',
      'show-error',
      'fail',
    ].join('\n');
  const config = join(folder, 'curl.config');
  await writeFile(config, chunks.map(request).join('\nnext\n'));
  const began = performance.now();
  const answers = await run('curl', ['--fail-early', '--config', config]);
  const seconds = (performance.now() - began) / 1000;
  const last = JSON.parse(answers) as { readonly uploaded?: boolean };
  if (last.uploaded !== true) throw new Error('curl did not upload the whole file');
  return seconds;
};

/** Sends a file as one body without a pause: what the way to the server bears. Gives the seconds by curl's own clock. */
export const curlStream = async (url: string, file: string): Promise<number> =>
  Number(
    await run('curl', [
      ...['--silent', '--show-error', '--fail', '--header', 'Expect:'],
      ...['--upload-file', file, '--write-out', '%{time_total}', url],
    ]),
  );

/**
 * POSTs the chunks of a file raw, each to `url/index`: one after the other over one connection of each of so many curls
 * at once. Gives the seconds from the start of the first to the end of the last.
 */
export const curlUploads = async (folder: string, url: string, { chunks }: Cut, lanes: number): Promise<number> => {
  const request = (path: string, chunk: number): string =>
    [
      `url = "${url}/${chunk}"`,
      'request = "POST"',
      `upload-file = "${path}"`,
      'header = "Expect:"',
      'header = "Authorization: Bearer a"',
      'header = "Content-Type: application/octet-stream"',
      'silent',
      'show-error',
      'fail',
    ].join('\n');
  const requests = chunks.map(request);
  const configs: string[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const config = join(folder, `curl-${lane}.config`);
    await writeFile(config, requests.filter((_, n) => n % lanes === lane).join('\nnext\n'));
    configs.push(config);
  }
  const began = performance.now();
  await Promise.all(configs.map((config) => run('curl', ['--fail-early', '--config', config])));
  return (performance.now() - began) / 1000;
};
