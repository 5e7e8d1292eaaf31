/** The disk of the profile is full at a moment of an upload, for real, and has room again later. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { storeFiles } from '../../main/engine/store/files.ts';
import { smallDisk } from '../../main/engine/store/test-small-disk.ts';
import { onEachServer } from './each-server.ts';

const moments = 16;

/** Gives the room of the write-ahead log back: what is written next needs new room. */
const emptyLog = (profile: string): void => {
  const db = new DatabaseSync(storeFiles(profile).database);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
};

/** Takes all room that is left on a disk, to the byte. */
const fill = (ballast: string): void => {
  const fd = openSync(ballast, 'w');
  try {
    for (let piece = 65_536; piece >= 1;)
      try {
        writeSync(fd, Buffer.alloc(piece));
      } catch {
        piece >>= 1;
      }
  } finally {
    closeSync(fd);
  }
};

onEachServer('an upload whose disk is full at', ({ upload }) => {
  let writes = 0;
  it('no moment writes to the database', async () => {
    const made = await upload(4);
    await made.open({ writing: () => void writes++ });
    writes = 0;
    await made.queue.start();
    await made.reached('done');
    await made.close();
    expect(writes).toBeGreaterThan(moments);
  });

  for (let moment = 0; moment < moments; moment++)
    it(`moment ${moment + 1} of ${moments} stops in words, and continues when there is room`, async (test) => {
      const disk = smallDisk();
      if (disk === undefined) return test.skip('a small file system can be mounted by root on Linux only');
      const made = await upload(4);
      made.profile = join(disk, 'profile');
      const ballast = join(disk, 'ballast');
      const at = 1 + Math.floor((moment * writes) / moments);
      let [counted, started] = [0, false];
      await made.open({
        writing: () => {
          if (!started || ++counted !== at) return;
          emptyLog(made.profile);
          fill(ballast);
        },
      });
      started = true;
      await made.queue.start();
      await made.until(() => made.row?.state === 'done' || made.queue.status.problem !== undefined);
      // How far a chunk has come is written by time: a run with fewer writes may have the last moments after its end.
      if (made.row?.state === 'done') expect(moment).toBeGreaterThan(moments / 2);
      else {
        expect(made.queue.status).toMatchObject({ running: false, problem: { code: 'disk-full' } });
        rmSync(ballast);
        await made.queue.start();
      }
      // A chunk whose last byte could not be written down is kept back, and sent again: its server did not have it.
      await made.isDone(2);
      expect(made.row?.restarts).toBe(0);
      await made.close();
    });
});
