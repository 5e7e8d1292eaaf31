import { syncBuiltinESMExports } from 'node:module';
import os, { type NetworkInterfaceInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { DiskFullError } from '../store/errors.ts';
import { watchNetwork } from './network.ts';

bench.prepareQueue();

const address = (name: string, internal = false): NetworkInterfaceInfo => ({
  address: name,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: null,
});
const interfaces = vi.fn<typeof os.networkInterfaces>();
const have = (...addresses: readonly string[]): void => {
  interfaces.mockReturnValue({ lo: [address('127.0.0.1', true)], en0: addresses.map((name) => address(name)) });
};
/** Long enough for the next look at the addresses. */
const pass = (): void => void vi.advanceTimersByTime(2_000);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  have('192.0.2.1');
  vi.spyOn(os, 'networkInterfaces').mockImplementation(interfaces);
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('the network', () => {
  it('is reported when it comes back or is another one, not while it stays or is away', () => {
    const came = vi.fn();
    const end = watchNetwork(came);
    const after = (...addresses: readonly string[]): number => {
      have(...addresses);
      came.mockClear();
      pass();
      return came.mock.calls.length;
    };
    expect(after('192.0.2.1')).toBe(0);
    expect(after()).toBe(0);
    expect(after()).toBe(0);
    expect(after('192.0.2.1')).toBe(1);
    expect(after('192.0.2.1')).toBe(0);
    expect(after('198.51.100.7')).toBe(1);
    expect(after('203.0.113.2', '198.51.100.7')).toBe(1);
    expect(after('198.51.100.7', '203.0.113.2')).toBe(0);
    end();
    expect(after('192.0.2.1')).toBe(0);
  });

  it('counts as back when the machine wakes up, with the addresses that it had', () => {
    const came = vi.fn();
    let clock = 1_000_000;
    const end = watchNetwork(came, () => clock);
    const after = (ms: number): number => {
      clock += ms;
      came.mockClear();
      pass();
      return came.mock.calls.length;
    };
    expect(after(2_000)).toBe(0);
    expect(after(3_600_000)).toBe(1);
    expect(after(2_000)).toBe(0);
    // A clock that is put back is no sleep.
    expect(after(-3_600_000)).toBe(0);
    end();
  });

  it('is not reported where the system does not show its addresses', () => {
    interfaces.mockImplementation(() => {
      throw new Error('not permitted');
    });
    const came = vi.fn();
    const end = watchNetwork(came);
    pass();
    expect(came).not.toHaveBeenCalled();
    have('192.0.2.1');
    pass();
    interfaces.mockImplementation(() => {
      throw new Error('not permitted');
    });
    pass();
    expect(came).toHaveBeenCalledOnce();
    end();
  });
});

it.each(['network', 'server'] as const)(
  'what waits for the %s is tried at once when the network comes back',
  async (waitFor) => {
    const id = await bench.add('a');
    bench.store.transfers.update(id, { state: 'attention' });
    await bench.queue.start();
    const since = Date.now();
    bench.store.transfers.update(id, { state: 'waiting', waitFor, waitUntil: since + 3_600_000, waitSince: since });
    have();
    pass();
    expect(bench.queue.moving).toEqual([]);
    have('192.0.2.1');
    pass();
    expect(bench.queue.moving).toEqual([id]);
    await bench.reached(id, 'done');
  },
);

it('a server that is left alone is tried at once when the network comes back', async () => {
  const id = await bench.add('a');
  bench.server().before = bench.failsAt('open', {
    behaviour: 'server-busy',
    problem: problem('server-busy', { server: 'one', status: 503 }),
    afterMs: 3_600_000,
  });
  await bench.queue.start();
  await bench.reached(id, 'waiting');
  bench.works();
  have('198.51.100.7');
  pass();
  await bench.reached(id, 'done');
});

it('a disk that is too full to write what waits no longer stops the queue, with the reason', async () => {
  const { transfers } = bench.store;
  let full = false;
  const updateAll: typeof transfers.updateAll = (filter, patch) => {
    if (full) throw new DiskFullError('/profile');
    return transfers.updateAll(filter, patch);
  };
  await bench.renewQueue({ transfers: { ...transfers, updateAll } }).start();
  full = true;
  have('198.51.100.7');
  pass();
  expect(bench.queue.status).toMatchObject({ running: false, problem: { code: 'disk-full' } });
});

it('a stopped queue does not look at the network any more', async () => {
  await bench.queue.start();
  await bench.queue.stop('now');
  interfaces.mockClear();
  pass();
  expect(interfaces).not.toHaveBeenCalled();
});
