import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HashReport, HashRequest } from '../../main/engine/source/file-hashes.ts';
import { identify } from '../../main/engine/source/identity.ts';
import { startPeer } from '../peers/peer.ts';
import { lines } from './cli-process.ts';

const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'bin/stevedore.cjs');
const run = promisify(execFile);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

describe('the npm package, installed in an empty prefix', () => {
  let folder: string;
  let stevedore: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    await access(join(root, 'out/main/cli.js')).catch(() => {
      throw new Error('There is no build. Run: npm run build');
    });
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    const home = join(folder, 'home');
    await mkdir(home);
    const node = resolve(process.execPath, '..');
    env = {
      PATH: `${node}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_RUNTIME_DIR: folder,
    };
    // The build is there already: building once more is not what is tested.
    const cached = {
      ...process.env,
      npm_config_loglevel: 'error',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    };
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, env: cached });
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const prefix = join(folder, 'prefix');
    await run('npm', ['install', '--global', '--prefix', prefix, '--prefer-offline', join(folder, tarball)], {
      cwd: folder,
      env: cached,
    });
    stevedore = join(prefix, 'bin/stevedore');
  }, 180_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('says its version and its help', async () => {
    expect((await run(stevedore, ['--version'], { env })).stdout).toBe(`${version}\n`);
    expect((await run(stevedore, ['--help'], { env })).stdout).toMatch(/^Usage: stevedore/);
  });

  it('uploads, with nothing but itself and Node', async () => {
    const peer = await startPeer('stend');
    try {
      const file = join(folder, 'hello world.txt');
      await writeFile(file, 'hello');
      await run(stevedore, ['server', 'add', peer.url, '--web', `${peer.url}/web`], { env });
      const { stdout } = await run(stevedore, ['--json', 'upload', file], { env });
      const last = lines(stdout).at(-1);
      expect(last).toMatchObject({ event: 'done', name: 'hello world.txt', size: 5 });
      expect((await peer.storedFile(String(last?.['shareKey']))).size).toBe(5);
    } finally {
      await peer.stop();
    }
  });

  it('hashes files in a worker', async () => {
    const file = join(folder, 'to hash.bin');
    await writeFile(file, 'hello');
    const identity = await identify(file);
    if (!identity.ok) throw new Error('no identity');
    const script = join(folder, 'prefix/lib/node_modules/stevedore/out/main/hash-worker.js');
    const worker = new Worker(pathToFileURL(script));
    const outcome = new Promise((resolve, reject) => {
      worker.on('message', (report: HashReport) => 'outcome' in report && resolve(report.outcome));
      worker.once('error', reject);
    });
    worker.postMessage({ identity: identity.value, algorithms: ['md5'] } satisfies HashRequest);
    expect(await outcome).toMatchObject({ ok: true, value: { hashes: { md5: '5d41402abc4b2a76b9719d911017c592' } } });
    await worker.terminate();
  });

  it('holds no sources, tests or secrets', async () => {
    const installed = join(folder, 'prefix/lib/node_modules/stevedore');
    const names = (await readdir(installed)).filter((name) => name !== 'node_modules');
    const shipped = ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'docs', 'out', 'package.json'];
    expect(names.filter((name) => !shipped.includes(name))).toEqual([]);
    expect(names).toContain('bin');
    // The window that `stevedore web` serves, and what its words point to.
    expect(await readdir(join(installed, 'out/renderer'))).toContain('index.html');
    expect(await readdir(join(installed, 'docs'))).toEqual(['reverse-proxy.md']);
  });
});

describe('where Node is too old', () => {
  it('the program says so, and what to do', async () => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.20.0' }); require(${JSON.stringify(bin)})`;
    await expect(run(process.execPath, ['-e', pretend])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Stevedore needs Node 24 or newer; this is v.*\nInstall a newer one/) as string,
    });
  });

  it('it can still be read', () => {
    const source = readFileSync(bin, 'utf8').replace(/^\/\/.*$/gm, '');
    expect(source).not.toMatch(/=>|`|\?\.|\?\?|\.\.\.|\b(const|let|class|async|await|import|of)\b/);
  });
});
