import { describe, expect, it } from 'vitest';
import { DiskFullError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

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

/** A disk that is full for delete keys, below the queue. */
const fullForKeys = (): Disk => {
  const disk = new Disk();
  bench.renewQueue({
    onDiskFull: disk.listen,
    keepTold: (...given) => {
      disk.check();
      bench.store.keepTold(...given);
    },
  });
  return disk;
};

describe('a full disk', () => {
  it('stops the queue with words, and loses no delete key that was told meanwhile', async () => {
    const disk = fullForKeys();
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.until(() => disk.tries > 0);
    expect(bench.queue.status).toMatchObject({ running: false, problem: { code: 'disk-full' } });
    expect(bench.row(id).state).toBe('finishing');
    disk.full = false;
    await bench.wished(id, 'resume', 'done');
    expect(bench.server().calls.filter((call) => call === 'finish a')).toHaveLength(1);
    expect(bench.store.shares.page({}, { limit: 1 }).rows[0]?.deleteKey).toBe('delete-a');
  });

  it('loses no acknowledged chunk and no opened session', async () => {
    const disk = new Disk();
    const transfers: Store['transfers'] = {
      ...bench.store.transfers,
      opened: (...given) => {
        disk.check();
        bench.store.transfers.opened(...given);
        // Again, before anything else can be written.
        disk.full = true;
        disk.tries = 0;
      },
      chunkAcknowledged: (...given) => {
        disk.check();
        bench.store.transfers.chunkAcknowledged(...given);
      },
    };
    bench.renewQueue({ onDiskFull: disk.listen, transfers });
    const id = await bench.add('a', 15);
    await bench.queue.start();
    await bench.until(() => disk.tries > 0);
    disk.full = false;
    await bench.queue.wish({ ids: [id] }, 'retry');
    await bench.until(() => bench.row(id).remote !== undefined && disk.tries > 0);
    disk.full = false;
    await bench.wished(id, 'resume', 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.server().calls.filter((call) => call === 'open a' || call === 'send a 0')).toEqual([
      'open a',
      'send a 0',
    ]);
  });

  it('cuts no chunk that is on its way', async () => {
    const disk = new Disk();
    bench.server().cut = 'spoils';
    bench.server().chunkSize = 3_000_000;
    const transfers: Store['transfers'] = {
      ...bench.store.transfers,
      chunkWritten: (...given) => {
        disk.check();
        bench.store.transfers.chunkWritten(...given);
      },
    };
    bench.renewQueue({ onDiskFull: disk.listen, transfers });
    const id = await bench.add('a', 3_000_000);
    let pieces = 0;
    bench.server().before = async (phase) => {
      if (phase === 'send' && ++pieces === 1) await new Promise((resolve) => setTimeout(resolve, 1_100));
      return undefined;
    };
    await bench.queue.start();
    await bench.until(() => disk.tries > 0);
    await bench.until(() => bench.row(id).acknowledgedBytes === 3_000_000);
    disk.full = false;
    await bench.wished(id, 'resume', 'done');
    expect(bench.row(id).restarts).toBe(0);
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('ends the wait for room with the program', async () => {
    const disk = fullForKeys();
    await bench.add('a');
    await bench.queue.start();
    await bench.until(() => disk.tries > 0);
    await bench.queue.stop('chunk');
    expect(bench.queue.moving).toEqual([]);
  });

  it.each(['chunkInFlight', 'chunkComplete'] as const)(
    'ends the wait for room in a chunk (%s) with the program, too',
    async (method) => {
      const disk = new Disk();
      bench.server().cut = 'until-last-byte';
      const { transfers } = bench.store;
      const full = (): never => {
        disk.check();
        throw new Error('there was room');
      };
      bench.renewQueue({ onDiskFull: disk.listen, transfers: { ...transfers, [method]: full } });
      await bench.add('a');
      await bench.queue.start();
      await bench.until(() => disk.tries > 0);
      await bench.queue.stop('chunk');
      expect(bench.queue.moving).toEqual([]);
    },
  );

  it('stops a queue that is started again no second time, when the lane that met it ends', async () => {
    const disk = new Disk();
    const { transfers } = bench.store;
    bench.renewQueue({
      onDiskFull: (halt) =>
        disk.listen(() => {
          halt();
          // There is room at once, while the lane still closes its file.
          disk.full = false;
          void bench.queue.start();
        }),
      transfers: {
        ...transfers,
        end: (...given) => {
          disk.check();
          transfers.end(...given);
        },
      },
    });
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(disk.tries).toBe(1);
    expect(bench.queue.status).toEqual({ running: true, problem: undefined });
  });

  it('keeps a queue from starting, with the reason', async () => {
    const serversWithoutPlaces = (): never => {
      throw new DiskFullError('/profile');
    };
    bench.renewQueue({ transfers: { ...bench.store.transfers, serversWithoutPlaces } });
    await bench.queue.start();
    expect(bench.queue.status).toMatchObject({ running: false, problem: { code: 'disk-full' } });
  });

  it('does not ask the server to free the same upload over and over', async () => {
    const disk = new Disk();
    const hold = bench.gate();
    bench.renewQueue({
      onDiskFull: disk.listen,
      transfers: {
        ...bench.store.transfers,
        end: (...given) => {
          disk.check();
          bench.store.transfers.end(...given);
        },
      },
    });
    const id = await bench.add('a');
    bench.server().before = bench.heldAt(hold, 'send', 1);
    await bench.queue.start();
    await bench.called('send a 1');
    await bench.queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await bench.until(() => disk.tries > 0 && bench.queue.moving.length === 0);
    bench.queue.pump();
    expect(bench.queue.moving).toEqual([]);
    expect(disk.tries).toBe(1);
    disk.full = false;
    const other = await bench.add('b');
    await bench.queue.wish({ ids: [other] }, 'resume');
    await bench.reached(id, 'cancelled');
  });
});
