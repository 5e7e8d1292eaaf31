import { describe, expect, it } from 'vitest';
import { DiskFullError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import {
  add,
  contents,
  gate,
  heldAt,
  queue,
  reached,
  renewQueue,
  row,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

/** A disk that is full for some writes until there is room, and says so as the store does. */
class Disk {
  full = true;
  tries = 0;
  #listener = (): void => undefined;

  listen = (listener: () => void): void => {
    this.#listener = listener;
  };

  /** Before a write: throws where it does not fit. */
  check(): void {
    if (!this.full) return;
    this.tries++;
    this.#listener();
    throw new DiskFullError('/profile');
  }
}

describe('a full disk', () => {
  it('stops the queue with words, and loses no delete key that was told meanwhile', async () => {
    const disk = new Disk();
    renewQueue({
      onDiskFull: disk.listen,
      keepTold: (...given) => {
        disk.check();
        store.keepTold(...given);
      },
    });
    const id = await add('a');
    await queue.start();
    await until(() => disk.tries > 0);
    expect(queue.status).toMatchObject({ running: false, problem: { code: 'disk-full' } });
    expect(row(id).state).toBe('finishing');
    disk.full = false;
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
    expect(server().calls.filter((call) => call === 'finish a')).toHaveLength(1);
    expect(store.shares.page({}, { limit: 1 }).rows[0]?.deleteKey).toBe('delete-a');
  });

  it('loses no acknowledged chunk and no opened session', async () => {
    const disk = new Disk();
    const transfers: Store['transfers'] = {
      ...store.transfers,
      opened: (...given) => {
        disk.check();
        store.transfers.opened(...given);
        // Again, before anything else can be written.
        disk.full = true;
        disk.tries = 0;
      },
      chunkAcknowledged: (...given) => {
        disk.check();
        store.transfers.chunkAcknowledged(...given);
      },
    };
    renewQueue({ onDiskFull: disk.listen, transfers });
    const id = await add('a', 15);
    await queue.start();
    await until(() => disk.tries > 0);
    disk.full = false;
    await queue.wish({ ids: [id] }, 'resume');
    await until(() => row(id).remote !== undefined && disk.tries > 0);
    disk.full = false;
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
    expect(server().calls.filter((call) => call === 'open a' || call === 'send a 0')).toEqual(['open a', 'send a 0']);
  });

  it('cuts no chunk that is on its way', async () => {
    const disk = new Disk();
    server().cut = 'spoils';
    server().chunkSize = 3_000_000;
    const transfers: Store['transfers'] = {
      ...store.transfers,
      chunkWritten: (...given) => {
        disk.check();
        store.transfers.chunkWritten(...given);
      },
    };
    renewQueue({ onDiskFull: disk.listen, transfers });
    const id = await add('a', 3_000_000);
    let pieces = 0;
    server().before = async (phase) => {
      if (phase === 'send' && ++pieces === 1) await new Promise((resolve) => setTimeout(resolve, 1_100));
      return undefined;
    };
    await queue.start();
    await until(() => disk.tries > 0);
    await until(() => row(id).acknowledgedBytes === 3_000_000);
    disk.full = false;
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
    expect(row(id).restarts).toBe(0);
    expect(server().stored('a')).toEqual(contents.get('a'));
  });

  it('ends the wait for room with the program', async () => {
    const disk = new Disk();
    renewQueue({
      onDiskFull: disk.listen,
      keepTold: (...given) => {
        disk.check();
        store.keepTold(...given);
      },
    });
    await add('a');
    await queue.start();
    await until(() => disk.tries > 0);
    await queue.stop('chunk');
    expect(queue.moving).toEqual([]);
  });

  it('does not ask the server to free the same upload over and over', async () => {
    const disk = new Disk();
    const hold = gate();
    renewQueue({
      onDiskFull: disk.listen,
      transfers: {
        ...store.transfers,
        end: (...given) => {
          disk.check();
          store.transfers.end(...given);
        },
      },
    });
    const id = await add('a');
    server().before = heldAt(hold, 'send', 1);
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await until(() => disk.tries > 0 && queue.moving.length === 0);
    queue.pump();
    expect(queue.moving).toEqual([]);
    expect(disk.tries).toBe(1);
    disk.full = false;
    const other = await add('b');
    await queue.wish({ ids: [other] }, 'resume');
    await reached(id, 'cancelled');
  });
});
