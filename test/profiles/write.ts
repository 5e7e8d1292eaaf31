/**
 * Writes a profile with uploads in progress, as the current version leaves it, and the state of the servers that it
 * uploads to: `node test/profiles/write.ts VERSION`. Each released version adds its own; `profiles.test.ts` opens them all.
 */
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Site } from '../faults/cloudreve-sites.ts';
import { Program, type Started } from '../faults/program.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import { type About, contentOf, pathIn, profilesFolder, type SavedFile } from './saved-profile.ts';

const chunk = 5_000;
const large = 12 * chunk - 7;
const target = join(profilesFolder, process.argv[2] ?? 'unnamed');

const files: readonly SavedFile[] = [
  { name: 'done.bin', size: 2 * chunk, ends: 'done', server: 'stend' },
  { name: 'group a.bin', size: chunk, ends: 'done', server: 'stend' },
  { name: 'group b.bin', size: chunk, ends: 'done', server: 'stend' },
  { name: 'done ünïcode.bin', size: 2 * chunk, ends: 'done', server: 'cloudreve' },
  { name: 'cancelled.bin', size: chunk, ends: 'cancelled', server: 'stend' },
  { name: 'gone.bin', size: chunk, ends: 'attention', server: 'stend' },
  { name: 'half cloudreve.bin', size: large, ends: 'done', server: 'cloudreve' },
  { name: 'half stend.bin', size: large, ends: 'done', server: 'stend' },
  { name: 'queued.bin', size: chunk, ends: 'done', server: 'stend' },
  { name: 'paused.bin', size: chunk, ends: 'paused', server: 'stend' },
];

const folder = await mkdtemp(join(tmpdir(), 'profile-'));
const wrong: string[] = [];
const program = new Program(join(folder, 'profile'), wrong);
const path = (name: string): string => pathIn(folder, name);

/** Starts the queue and stops it with a signal once two chunks of a file are acknowledged. */
const stopInTheMiddle = async (name: string, signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
  const { child, said }: Started = program.start('run', '--limit-rate', '4k');
  const closed = once(child, 'close');
  let output = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  const isInTheMiddle = (): boolean =>
    output.split('\n').some((line) => {
      if (!line.startsWith('{"event":"progress"')) return false;
      try {
        return Number((JSON.parse(line) as { readonly acknowledged?: number }).acknowledged) >= 2 * chunk;
      } catch {
        return false;
      }
    });
  while (!isInTheMiddle()) {
    if (child.exitCode !== null) throw new Error(`${name}: the queue ended early: ${said()}`);
    await sleep(50);
  }
  // A kill finds the next chunk on its way.
  if (signal === 'SIGKILL') await sleep(600);
  child.kill(signal);
  await closed;
};

const write = async (stend: Peer, site: Site): Promise<void> => {
  await mkdir(join(folder, 'files'));
  for (const file of files) await writeFile(path(file.name), contentOf(file));
  await program.run('server', 'add', stend.url, '--web', `${stend.url}/web`, '--name', 'stend');
  await program.ask((client) => site.save(client));
  await program.run('upload', path('done.bin'), '--server', 'stend');
  await program.run('upload', path('group a.bin'), path('group b.bin'), '--group', '--server', 'stend');
  await program.run('upload', path('done ünïcode.bin'), '--server', 'cloudreve', '--to', '/Folder', '--share');
  await program.run('add', path('cancelled.bin'), '--paused', '--server', 'stend');
  await program.run('cancel', '5');
  await program.run('add', path('gone.bin'), '--server', 'stend');
  await rm(path('gone.bin'));
  const asks = program.start('run', '--until-idle');
  await once(asks.child, 'close');
  await program.run('add', path('half cloudreve.bin'), '--server', 'cloudreve', '--to', '/Folder');
  await stopInTheMiddle('half cloudreve.bin', 'SIGKILL');
  await program.run('pause', '7');
  await program.run('add', path('half stend.bin'), '--server', 'stend');
  await stopInTheMiddle('half stend.bin', 'SIGINT');
  await program.run('resume', '7');
  await program.run('add', path('queued.bin'), '--server', 'stend');
  await program.run('add', path('paused.bin'), '--paused', '--server', 'stend');
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
};

const stend = await startPeer('stend', { config: { CHUNK_SIZE: chunk, FILE_MAX_SIZE: 1_000_000 } });
const site = await Site.start('cloudreve', { chunk, config: { storage_policy: 'local', encryption: true } });
try {
  await write(stend, site);
  // What the write-ahead log holds joins the database: one file to keep.
  const database = new DatabaseSync(join(folder, 'profile', 'queue.db'));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  await stend.words['stop-server']?.();
  await site.peer.words['stop-server']?.();
  await rm(target, { recursive: true, force: true });
  await cp(join(folder, 'profile'), join(target, 'profile'), { recursive: true });
  await cp(stend.folder, join(target, 'stend'), { recursive: true });
  await cp(site.peer.folder, join(target, 'cloudreve'), { recursive: true });
  const about: About = {
    writtenAt: Date.now(),
    folder,
    servers: { stend: stend.url, cloudreve: site.peer.url },
    files,
  };
  await writeFile(join(target, 'about.json'), `${JSON.stringify(about, undefined, 2)}\n`);
} finally {
  await Promise.all([stend.stop(), site.peer.stop()]);
  await rm(folder, { recursive: true, force: true });
}
