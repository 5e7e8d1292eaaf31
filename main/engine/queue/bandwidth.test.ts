import { describe, expect, it } from 'vitest';
import { Bandwidth, paced, type Clock } from './bandwidth.ts';

/** A clock that stands until it is moved on; late by `lag` ms, as timers are. */
const handClock = (lag = 0) => {
  let now = 0;
  let calls: { at: number; call: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after: (ms, call) => {
      const entry = { at: now + ms + lag, call };
      calls.push(entry);
      return () => (calls = calls.filter((other) => other !== entry));
    },
  };
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const pass = async (ms: number): Promise<void> => {
    const until = now + ms;
    for (;;) {
      await settle();
      const next = calls.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      calls = calls.filter((other) => other !== next);
      now = next.at;
      next.call();
    }
    now = until;
    await settle();
  };
  return { clock, pass };
};

/** Takes for ever; tells how much it got. */
const taker = (bandwidth: Bandwidth, bytes: number, signal?: AbortSignal) => {
  const seen = { bytes: 0, error: undefined as unknown };
  void (async () => {
    for (;;) {
      await bandwidth.take(bytes, signal);
      seen.bytes += bytes;
    }
  })().catch((error: unknown) => (seen.error = error));
  return seen;
};

describe('bandwidth', () => {
  it.each([
    { limit: 1000, bytes: 100, lag: 0 },
    { limit: 100_000, bytes: 25_000, lag: 0 },
    { limit: 1_000_000, bytes: 4096, lag: 3 },
    { limit: 50_000_000, bytes: 1_048_576, lag: 3 },
  ])('keeps $limit B/s within 5 % over 10 s, by takes of $bytes', async ({ limit, bytes, lag }) => {
    const { clock, pass } = handClock(lag);
    const seen = taker(new Bandwidth(limit, clock), bytes);
    await pass(10_000);
    expect(seen.bytes / (10 * limit)).toBeGreaterThan(0.95);
    expect(seen.bytes / (10 * limit)).toBeLessThan(1.05);
  });

  it('lets at most a quarter of a second’s worth go at once after a rest', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(1000, clock);
    await pass(60_000);
    const seen = taker(bandwidth, 10);
    await pass(0);
    expect(seen.bytes).toBe(250);
  });

  it('spreads a take larger than the burst over its time', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(1000, clock);
    let done = false;
    void bandwidth.take(5000).then(() => (done = true));
    await pass(4900);
    expect(done).toBe(false);
    await pass(110);
    expect(done).toBe(true);
  });

  it('shares evenly between those who take, in the order they came', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(100_000, clock);
    const all = [taker(bandwidth, 5000), taker(bandwidth, 5000), taker(bandwidth, 5000), taker(bandwidth, 5000)];
    await pass(10_000);
    const got = all.map((seen) => seen.bytes);
    expect(Math.max(...got) - Math.min(...got)).toBeLessThanOrEqual(5000);
    expect(got.reduce((a, b) => a + b)).toBeGreaterThan(950_000);
  });

  it('is changed under those who wait, at once', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(10, clock);
    let done = false;
    void bandwidth.take(1000).then(() => (done = true));
    await pass(1000);
    expect(done).toBe(false);
    bandwidth.set(100_000);
    await pass(20);
    expect(done).toBe(true);
    bandwidth.set(1);
    let freed = false;
    void bandwidth.take(1000).then(() => (freed = true));
    await pass(1000);
    expect(freed).toBe(false);
    bandwidth.set(undefined);
    await bandwidth.take(1e12);
    expect(freed).toBe(true);
  });

  it('passes on the place of one who gives up, and what it had been given', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(1000, clock);
    const abort = new AbortController();
    const first = bandwidth.take(1_000_000, abort.signal);
    let done = false;
    void bandwidth.take(200).then(() => (done = true));
    await pass(10_000);
    expect(done).toBe(false);
    abort.abort(new Error('paused'));
    await expect(first).rejects.toThrow('paused');
    await pass(0);
    expect(done).toBe(true);
    await expect(bandwidth.take(1, abort.signal)).rejects.toThrow('paused');
  });

  it('gives the next one what another had been given, and no more', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(1000, clock);
    await pass(100);
    const abort = new AbortController();
    const first = bandwidth.take(1000, abort.signal);
    abort.abort(new Error('paused'));
    await expect(first).rejects.toThrow('paused');
    const seen = taker(bandwidth, 10);
    await pass(0);
    expect(seen.bytes).toBe(100);
  });

  it('counts nothing of one who gives up, and does not let the next exceed the limit', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(1000, clock);
    const abort = new AbortController();
    const first = bandwidth.take(1_000_000, abort.signal);
    await pass(5_000);
    expect(bandwidth.rate).toBeCloseTo(1000, -3);
    abort.abort(new Error('paused'));
    await expect(first).rejects.toThrow('paused');
    expect(bandwidth.rate).toBe(0);
    const seen = taker(bandwidth, 10);
    await pass(0);
    expect(seen.bytes).toBe(250);
  });

  it('holds up nobody when the one who took before is paused', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(1000, clock);
    await pass(1000);
    const abort = new AbortController();
    await bandwidth.take(10, abort.signal);
    let done = false;
    void bandwidth.take(1000).then(() => (done = true));
    abort.abort(new Error('paused'));
    await pass(1000);
    expect(done).toBe(true);
  });

  it('owes nothing for what left while there was no limit', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(1000, clock);
    let done = 0;
    void bandwidth.take(1_000_000).then(() => done++);
    bandwidth.set(undefined);
    await pass(0);
    bandwidth.set(1000);
    void bandwidth.take(1000).then(() => done++);
    await pass(1010);
    expect(done).toBe(2);
  });

  it('looks a few times a second while somebody waits', async () => {
    const { clock, pass } = handClock();
    let looks = 0;
    const counted: Clock = { now: clock.now, after: (ms, call) => (looks++, clock.after(ms, call)) };
    const bandwidth = new Bandwidth(1000, counted);
    void bandwidth.take(100_000);
    await pass(10_000);
    expect(looks).toBeLessThan(50);
  });

  it('tells the rate of the last seconds', async () => {
    const { clock, pass } = handClock();
    const bandwidth = new Bandwidth(undefined, clock);
    await pass(60_000);
    expect(bandwidth.rate).toBe(0);
    for (let i = 0; i < 40; i++) {
      await bandwidth.take(1000);
      await pass(100);
      if (i === 9) expect(bandwidth.rate).toBeCloseTo(10_000, -3);
    }
    expect(bandwidth.rate).toBeCloseTo(10_000, -3);
    await pass(2500);
    expect(bandwidth.rate).toBeLessThan(8000);
    await pass(5000);
    expect(bandwidth.rate).toBe(0);
  });

  it.each([0, -1, NaN])('refuses %d as a limit', (limit) => {
    expect(() => new Bandwidth(limit)).toThrow(new RangeError(`no limit of bytes a second: ${limit}`));
  });
});

describe('a paced stream', () => {
  const stream = async function* () {
    for (let i = 0; i < 4; i++) yield await Promise.resolve(Buffer.alloc(100_000, i));
  };

  it('gives the same bytes in even pieces', async () => {
    const { clock, pass } = handClock();
    const pieces: Buffer[] = [];
    const at: number[] = [];
    const reading = (async () => {
      for await (const piece of paced(stream(), new Bandwidth(100_000, clock))) {
        pieces.push(Buffer.from(piece));
        at.push(clock.now());
      }
    })();
    await pass(4100);
    await reading;
    expect(Buffer.concat(pieces)).toEqual(Buffer.concat([0, 1, 2, 3].map((i) => Buffer.alloc(100_000, i))));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(25_000);
    expect(Math.max(...at.map((time, i) => time - (at[i - 1] ?? 0)))).toBeLessThanOrEqual(260);
  });

  it('is not cut where there is no limit', async () => {
    const sizes: number[] = [];
    for await (const piece of paced(stream(), new Bandwidth(undefined))) sizes.push(piece.length);
    expect(sizes).toEqual([100_000, 100_000, 100_000, 100_000]);
  });

  it('ends with the signal', async () => {
    const { clock, pass } = handClock();
    const abort = new AbortController();
    const reading = (async () => {
      for await (const piece of paced(stream(), new Bandwidth(1, clock), abort.signal)) expect(piece).toBeDefined();
    })();
    const ended = expect(reading).rejects.toThrow('paused');
    await pass(100);
    abort.abort(new Error('paused'));
    await ended;
  });
});
