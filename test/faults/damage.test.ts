/** The database is damaged, cut short or read-only after a kill in the middle of an upload: never a false done, nothing in silence. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { storeFiles } from '../../main/engine/store/files.ts';
import { onEachServer } from './each-server.ts';
import type { OneUpload } from './one-upload.ts';

const garble = (file: string, from: number, length: number): void => {
  const fd = openSync(file, 'r+');
  writeSync(fd, randomBytes(length), 0, length, from);
  closeSync(fd);
};
/** What the log holds is in none of the damaged pages: it goes as well, as after a disk's failure. */
const withoutLog = (database: string): void => {
  for (const end of ['-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
};

const damages: readonly (readonly [what: string, make: (database: string) => void])[] = [
  ['emptied', (database) => truncateSync(database, 0)],
  ['cut to half', (database) => truncateSync(database, statSync(database).size >> 1)],
  ['cut in the middle of a page', (database) => truncateSync(database, statSync(database).size - 2_000)],
  ['garbled in its header', (database) => garble(database, 0, 100)],
  ['garbled in the middle', (database) => garble(database, statSync(database).size >> 1, 8_192)],
  ['garbled as a whole', (database) => garble(database, 0, statSync(database).size)],
];

/** Killed with two chunks acknowledged and another one on its way. */
const killedIn = async (made: OneUpload): Promise<string> => {
  let killed: Promise<void> | undefined;
  await made.open({
    sending: (chunks) => {
      if (chunks === 2) killed ??= made.kill();
    },
  });
  await made.queue.start();
  await made.until(() => killed !== undefined);
  await killed;
  return storeFiles(made.profile).database;
};

onEachServer('an upload whose database', ({ upload }) => {
  for (const [what, make] of damages)
    it.each([
      ['', () => undefined],
      [', and has no log', withoutLog],
    ])(`is ${what}%s is continued, started over, or reported as missing`, async (_log, lose) => {
      const made = await upload(4);
      const database = await killedIn(made);
      lose(database);
      make(database);
      await made.open();
      await made.queue.start();
      const codes = made.store.notices.map(({ code }) => code);
      if (made.row === undefined) {
        expect(codes).toEqual(expect.arrayContaining([expect.stringMatching(/^store-/)]));
      } else {
        // Where the session's id is lost, what it holds on the server looks like another client's: it is waited for, or asked about.
        const looksForeign = (): boolean =>
          (made.row?.state === 'waiting' && made.row.problem?.code === 'name-busy') ||
          (made.row?.state === 'attention' && made.row.problem?.code === 'name-taken');
        await made.until(() => looksForeign() || ['done', 'attention', 'failed'].includes(made.row?.state ?? ''));
        // What was acknowledged may have been lost with the database, and is sent again; the file is whole all the same.
        if (!looksForeign()) {
          expect(made.row.state).toBe('done');
          expect(await made.isStored()).toBe(true);
        }
      }
      await made.close();
    });

  it('is read-only is refused in words, and continued when it can be written', async () => {
    const made = await upload(4);
    await killedIn(made);
    const nobody = 65_534;
    const asRoot = process.geteuid?.() === 0;
    if (asRoot) process.seteuid?.(nobody);
    try {
      await expect(made.open()).rejects.toMatchObject({ problem: { code: 'profile-unwritable' } });
    } finally {
      if (asRoot) process.seteuid?.(0);
    }
    await made.open();
    await made.queue.start();
    await made.isDone();
    await made.close();
  });
});
