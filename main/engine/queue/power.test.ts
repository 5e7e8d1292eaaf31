import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { systemBattery } from '../battery.ts';
import { Power } from './power.ts';

bench.prepareQueue();

let drains: boolean;
let pauses: boolean;
let changed: (() => void) | undefined;
let power: Power;
beforeEach(() => {
  [drains, pauses] = [false, true];
  const battery = {
    isOn: () => drains,
    onChange: (listener: () => void) => {
      changed = listener;
      return () => (changed = undefined);
    },
  };
  power = new Power({ queue: bench.queue, battery, pauses: () => pauses });
});
afterEach(() => power.stop());

const on = (value: boolean): void => {
  drains = value;
  changed?.();
};
const why = (): string | undefined => bench.queue.status.problem?.code;

it('pauses the queue on the battery, and resumes it with the power', async () => {
  await power.start();
  expect(bench.queue.status.running).toBe(true);
  on(true);
  expect([bench.queue.status.running, why()]).toEqual([false, 'on-battery']);
  on(false);
  await expect.poll(() => bench.queue.status.running).toBe(true);
  expect(why()).toBeUndefined();
});

it('does not start a queue on the battery, and changes nothing where uploads are to continue', async () => {
  drains = true;
  await power.start();
  expect(why()).toBe('on-battery');
  // Another program that opens the profile starts it as well.
  await power.start();
  expect(bench.queue.status.running).toBe(false);
  pauses = false;
  power.look();
  await expect.poll(() => bench.queue.status.running).toBe(true);
});

it.each([
  ['starts the queue anyway', () => power.start(true)],
  ['resumes an upload', () => bench.queue.wish({}, 'resume')],
])('leaves the last word to a user who %s, until the machine was plugged in', async (_how, resumes) => {
  await power.start();
  on(true);
  expect(why()).toBe('on-battery');
  await resumes();
  await expect.poll(() => bench.queue.status.running).toBe(true);
  power.look();
  power.look();
  expect(bench.queue.status.running).toBe(true);
  on(false);
  on(true);
  expect(why()).toBe('on-battery');
});

it('stays paused on the battery where something is retried, as after a change of a server', async () => {
  await power.start();
  on(true);
  const start = vi.spyOn(bench.queue, 'start');
  await bench.queue.wish({}, 'retry');
  expect(start).not.toHaveBeenCalled();
  expect([bench.queue.status.running, why()]).toEqual([false, 'on-battery']);
});

it('leaves a queue alone that stopped for another reason', async () => {
  await power.start();
  bench.queue.halt();
  expect(why()).toBe('disk-full');
  on(true);
  on(false);
  expect(why()).toBe('disk-full');
});

it('does not resume with the power what stopped for another reason on the battery', async () => {
  await power.start();
  on(true);
  bench.queue.halt();
  expect(why()).toBe('disk-full');
  const start = vi.spyOn(bench.queue, 'start');
  on(false);
  expect(start).not.toHaveBeenCalled();
});

it('reads from Linux whether the battery of the machine itself is discharged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stevedore-power-'));
  const supply = (name: string, facts: Readonly<Record<string, string>>): void => {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [fact, value] of Object.entries(facts)) writeFileSync(join(folder, name, fact), `${value}\n`);
  };
  const battery = systemBattery(folder);
  try {
    expect(battery.isOn()).toBe(false);
    supply('mouse', { type: 'Battery', scope: 'Device', status: 'Discharging' });
    expect(battery.isOn()).toBe(false);
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    expect(battery.isOn()).toBe(true);
    supply('AC', { type: 'Mains', online: '0' });
    expect(battery.isOn()).toBe(true);
    supply('AC', { online: '1' });
    expect(battery.isOn()).toBe(false);
    supply('AC', { online: '0' });
    supply('BAT0', { status: 'Full' });
    expect(battery.isOn()).toBe(false);
    expect(systemBattery(join(folder, 'none')).isOn()).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
