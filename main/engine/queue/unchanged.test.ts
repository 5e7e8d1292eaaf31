import { randomBytes } from 'node:crypto';
import { chmod, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { overwrite } from '../../../test/fakes/same-time.ts';
import { ok, type Outcome } from '../outcome.ts';
import { openSource, type Source } from '../source/chunk-reader.ts';
import { LaneRecord } from './lane-record.ts';
import { Unchanged } from './unchanged.ts';

bench.prepareQueue();

const MiB = 1024 * 1024;
const at = (name: string): string => join(bench.folder, name);
const codes = (id: number): readonly string[] => bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code);
const changedContent = { code: 'file-changed', params: { what: 'content' } };

/** Uploads until a chunk was handed out, then stops as a program that ends does. */
const stopAt = async (id: number, name: string, chunk: number): Promise<void> => {
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'send', chunk);
  await bench.queue.start();
  await bench.called(`send ${name} ${chunk}`);
  const stopped = bench.queue.stop('now');
  hold.open();
  await stopped;
  bench.works();
  bench.server().calls.length = 0;
  expect(bench.row(id).acknowledgedBytes).toBe(chunk * bench.server().chunkSize);
};
/** Uploads to the middle of a chunk that has several blocks, and waits there until the gate opens. */
const holdInside = async (name: string, chunk: number): Promise<{ readonly open: () => void }> => {
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'send', chunk);
  await bench.queue.start();
  await bench.called(`send ${name} ${chunk}`);
  return hold;
};

describe('a file whose modification time was put back', () => {
  it('and whose content changed while it uploads stops, and is not called done', async () => {
    const id = await bench.add('a');
    const hold = await holdInside('a', 1);
    await overwrite(at('a'), randomBytes(35));
    hold.open();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem).toMatchObject(changedContent);
    expect(bench.server().calls.filter((call) => !call.startsWith('send'))).toEqual(['open a']);
    expect(bench.server().calls).not.toContain('send a 2');
  });

  it('and whose content changed between two runs stops before a byte of it is sent', async () => {
    const id = await bench.add('a');
    await stopAt(id, 'a', 2);
    await overwrite(at('a'), randomBytes(35));
    bench.renewQueue();
    await bench.queue.start();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem).toMatchObject(changedContent);
    expect(bench.server().calls).toEqual(['resume a']);
  });

  it('and that changed inside the last chunk is found before the upload is finished', async () => {
    bench.server().chunkSize = 4 * MiB;
    const id = await bench.add('a', 4 * MiB);
    const hold = await holdInside('a', 0);
    await overwrite(at('a'), randomBytes(4 * MiB));
    hold.open();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem).toMatchObject(changedContent);
    expect(bench.server().calls).not.toContain('finish a');
  });

  it('and that changed inside a chunk which travels beside others is found when that chunk has arrived', async () => {
    bench.server().chunkSize = 4 * MiB;
    bench.server().lanes = 2;
    const id = await bench.add('a', 16 * MiB);
    const [first, second] = [bench.gate(), bench.gate()];
    bench.server().before = async (_phase, _name, chunk) => {
      if (chunk === 0) await first.closed;
      if (chunk === 1) await second.closed;
      return undefined;
    };
    await bench.queue.start();
    await bench.until(() => bench.server().calls.includes('send a 0') && bench.server().calls.includes('send a 1'));
    // Only what was sent already of the second chunk: all others match.
    await overwrite(at('a'), randomBytes(1000), 4 * MiB);
    first.open();
    await bench.until(() => bench.row(id).acknowledgedBytes === 4 * MiB);
    second.open();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem).toMatchObject(changedContent);
    expect(bench.server().calls).not.toContain('finish a');
  });

  it('and that changed while nothing of it was acknowledged is sent as it is now', async () => {
    const id = await bench.add('a');
    const other = randomBytes(35);
    await overwrite(at('a'), other);
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(other);
  });
});

describe('a file whose attributes alone changed', () => {
  it('while it uploads is compared and continues, and nothing is sent twice', async () => {
    const id = await bench.add('a');
    const hold = await holdInside('a', 1);
    await chmod(at('a'), 0o640);
    hold.open();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.server().calls.filter((call) => call.startsWith('send'))).toHaveLength(4);
    expect(codes(id)).toContain('file-compared');
  });

  it('between two runs is compared once, and continues', async () => {
    const id = await bench.add('a');
    await stopAt(id, 'a', 2);
    await chmod(at('a'), 0o640);
    bench.renewQueue();
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.server().calls).toEqual(['resume a', 'send a 2', 'send a 3', 'finish a', 'verify a']);
    expect(codes(id).filter((code) => code === 'file-compared')).toHaveLength(1);
  });

  it('is compared with a chunk, too, whose answer was lost', async () => {
    const id = await bench.add('a');
    bench.server().before = (phase, _name, index) => {
      if (phase !== 'send' || index !== 1) return undefined;
      const session = bench.server().sessions.get('a-0');
      session?.chunks.set(1, (bench.contents.get('a') ?? Buffer.alloc(0)).subarray(10, 20));
      bench.server().before = (again) =>
        again === 'resume' ? { behaviour: 'attention', problem: bench.broken } : undefined;
      return { behaviour: 'retry', problem: bench.broken };
    };
    await bench.queue.start();
    await bench.reached(id, 'attention');
    await chmod(at('a'), 0o640);
    bench.works();
    await bench.wished(id, 'retry', 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.server().calls.filter((call) => call === 'send a 1')).toHaveLength(1);
  });
});

describe('a row of an older version', () => {
  const older = (id: number): void => {
    const { ctimeNs, ...identity } = bench.row(id).identity;
    expect(ctimeNs).toMatch(/^\d{19}$/);
    bench.store.transfers.update(id, { identity });
  };

  it('takes the ctime over at the next look, and continues', async () => {
    const id = await bench.add('a');
    const { ctimeNs } = bench.row(id).identity;
    older(id);
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.row(id).identity.ctimeNs).toBe(ctimeNs);
    expect(codes(id)).toEqual([]);
  });

  it('continues with chunks that have no digest, and asks where the attributes change after that', async () => {
    const id = await bench.add('a');
    await stopAt(id, 'a', 1);
    older(id);
    const withoutDigests = {
      transfers: {
        ...bench.store.transfers,
        chunks: (of: number) =>
          bench.store.transfers
            .chunks(of)
            .map((chunk) => (chunk.index === 0 ? { ...chunk, digest: undefined } : chunk)),
      },
    };
    bench.renewQueue(withoutDigests);
    const hold = await holdInside('a', 2);
    expect(bench.row(id).identity.ctimeNs).toMatch(/^\d{19}$/);
    await chmod(at('a'), 0o640);
    hold.open();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem).toMatchObject({
      code: 'file-changed',
      params: { what: 'content-unsure' },
    });
  });
});

/** A transfer with two acknowledged chunks of 3 MiB, and looks that find what a test says. */
const looking = async (
  finds: (source: Source) => Source['look'],
  {
    halted = () => false,
    now = Date.now,
    size = 7 * MiB,
  }: { readonly halted?: () => boolean; readonly now?: () => number; readonly size?: number } = {},
) => {
  bench.server().chunkSize = 3 * MiB;
  const id = await bench.add('a', 7 * MiB);
  await stopAt(id, 'a', 2);
  const source = await openSource(bench.row(id).identity);
  if (!source.ok) throw new Error('not opened');
  const deps = { store: bench.store, now, changed: () => undefined, ended: () => false };
  const record = new LaneRecord(bench.row(id), deps, () => 'one');
  let cuts = 0;
  const known = { ...source.value.identity, size };
  const watched = {
    source: { ...source.value, identity: known, look: finds(source.value) },
    halted,
    cut: () => (cuts += 1),
  };
  const unchanged = new Unchanged(watched, record, deps);
  return { id, unchanged, cuts: () => cuts, close: () => source.value.close() };
};
const ctimes =
  (...found: readonly (string | undefined)[]) =>
  (): Source['look'] => {
    let looks = 0;
    return () => Promise.resolve(ok(found[Math.min(looks++, found.length - 1)]));
  };

describe('a look', () => {
  it('compares nothing where the file system has no ctime, and keeps the one that is known', async () => {
    const { id, unchanged, close } = await looking(ctimes(undefined));
    const { identity } = bench.row(id);
    expect(await unchanged.look('end')).toBeUndefined();
    expect(bench.row(id).identity).toEqual(identity);
    expect(codes(id)).toEqual([]);
    await close();
  });

  it('finds the content that changed under a ctime that stays the same only by size, time and file id', async () => {
    // What file systems do that keep ctime and mtime as one, as FAT does.
    const { id, unchanged, close } = await looking(() => () => Promise.resolve(ok(bench.row(1).identity.ctimeNs)));
    await overwrite(at('a'), randomBytes(7 * MiB));
    expect(await unchanged.look('end')).toBeUndefined();
    expect(codes(id)).toEqual([]);
    await close();
  });

  it('compares again where the file changes behind the reading, and keeps the last ctime', async () => {
    const { id, unchanged, close } = await looking(ctimes('5', '6', '6', '6'));
    expect(await unchanged.look('chunk')).toBeUndefined();
    expect(bench.row(id).identity.ctimeNs).toBe('6');
    expect(codes(id).filter((code) => code === 'file-compared')).toHaveLength(2);
    await close();
  });

  it('that is halted while it compares ends the lane, and takes no ctime over', async () => {
    let asked = 0;
    const { id, unchanged, cuts, close } = await looking(ctimes('5'), { halted: () => ++asked > 3 });
    const { identity } = bench.row(id);
    let sent = false;
    const send = (): Promise<Outcome<void>> => {
      sent = true;
      return Promise.resolve(ok(undefined));
    };
    expect(await unchanged.before('chunk', send)).toEqual(ok(undefined));
    expect({ sent, cuts: cuts() }).toEqual({ sent: false, cuts: 1 });
    expect(bench.row(id).identity).toEqual(identity);
    await close();
  });

  it.each([
    ['a tick', 19, 1],
    ['a second, where it counts whole seconds', 1019, 0],
  ])('waits until no later change can have the same ctime: %s', async (_, age, ns) => {
    const now = 1_800_000_000_000 + age;
    const fresh = String(1_800_000_000_000_000_000n + BigInt(ns));
    const { id, unchanged, close } = await looking(ctimes(fresh, '7', '7'), { now: () => now });
    expect(await unchanged.look('chunk')).toBeUndefined();
    expect(bench.row(id).identity.ctimeNs).toBe('7');
    // What it saw first was not compared.
    expect(codes(id).filter((code) => code === 'file-compared')).toHaveLength(1);
    await close();
  });
});

describe('a file that is longer than its size says', () => {
  it('is neither sent nor called done, though an older version queued it', async () => {
    const path = '/proc/version';
    // While it is open, the system keeps its times.
    await using file = await open(path);
    const { mtimeNs } = await file.stat({ bigint: true });
    const id = await bench.add('version', 0, {
      path,
      identity: { path, size: 0, mtimeNs: String(mtimeNs), fileId: '' },
    });
    await bench.queue.start();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem).toEqual({ code: 'file-size-wrong', params: { path, size: 0 } });
    expect(bench.server().calls).toEqual(['open version']);
    expect(bench.server().sessions.get('version-0')?.chunks.size).toBe(0);
  });

  it('stops before its last chunk, and before the end where that chunk is sent already', async () => {
    const { unchanged, close } = await looking(ctimes('5'), { size: 7 * MiB - 1 });
    let sent = 0;
    const send = (): Promise<Outcome<void>> => {
      sent++;
      return Promise.resolve(ok(undefined));
    };
    const longer = {
      behaviour: 'attention',
      problem: { code: 'file-size-wrong', params: { path: at('a'), size: 7 * MiB - 1 } },
    };
    expect(await unchanged.before('chunk', send)).toEqual(ok(undefined));
    expect(await unchanged.before('end', send)).toEqual({ ok: false, failure: longer });
    expect(await unchanged.look('end')).toEqual(longer);
    expect(sent).toBe(1);
    await close();
  });
});
