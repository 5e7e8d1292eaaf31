/** A real nginx in front of a server, where the program is on the PATH: with a configuration, folder and port of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Front, FrontOptions } from './front.ts';

/** ms in which it has to answer. */
const patience = 30_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const configuration = (port: number, { target, ignoreAbort = false }: Asked): string => `
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://${target.host}:${target.port};
      client_max_body_size 100m;
      proxy_ignore_client_abort ${ignoreAbort ? 'on' : 'off'};
    }
  }
}
`;

type Asked = Pick<FrontOptions, 'target' | 'ignoreAbort'>;

/** Starts it; rejects where the program is missing or does not answer. Buffering is left as it comes. */
export const startNginx = async (asked: Asked): Promise<Front> => {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), configuration(port, asked));
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], {
    env: { ...process.env, PATH: path },
    stdio: 'ignore',
  });
  let failed: unknown;
  child.once('error', (error) => (failed = error));
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const close = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await exited;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const answers = (): Promise<boolean> =>
    fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + patience;
  while (!(await answers())) {
    if (failed !== undefined || child.exitCode !== null || Date.now() > until) {
      await close();
      throw new Error(`nginx does not answer at ${url}`, { cause: failed });
    }
    await sleep(20);
  }
  return { url, port, close };
};
