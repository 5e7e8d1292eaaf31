import { expect, it } from 'vitest';
import { Slot, type Slotless } from './slot.ts';

const scene = (free: boolean, slotless?: Slotless) => {
  const seen = { free, taken: 0, freed: 0 };
  const slot = new Slot(
    {
      take: () => {
        if (seen.free) seen.taken++;
        return seen.free;
      },
      freed: () => seen.freed++,
    },
    slotless,
  );
  return { slot, seen };
};

it('an upload that reads its file leaves its slot to another one, once', () => {
  const { slot, seen } = scene(true);
  expect(slot.slotless).toBeUndefined();
  slot.giveForReading();
  slot.giveForReading();
  expect([slot.slotless, seen.freed]).toEqual(['reads', 1]);
});

it('an upload that asks a server at work has no slot to leave', () => {
  const { slot, seen } = scene(true, 'asks');
  expect(slot.slotless).toBe('asks');
  slot.giveForReading();
  expect([slot.slotless, seen.freed]).toEqual(['reads', 0]);
});

it('an upload takes a slot where one is free, and keeps the one that it has', () => {
  const { slot, seen } = scene(false, 'reads');
  expect(slot.take()).toBe(false);
  expect(slot.slotless).toBe('reads');
  seen.free = true;
  expect(slot.take()).toBe(true);
  expect(slot.slotless).toBeUndefined();
  seen.free = false;
  expect(slot.take()).toBe(true);
  expect(seen.taken).toBe(1);
});

it('a short step that cannot wait is done though all slots are taken, and takes one where one is free', () => {
  const full = scene(false, 'reads');
  full.slot.insist();
  expect(full.slot.slotless).toBeUndefined();
  const free = scene(true, 'reads');
  free.slot.insist();
  expect([free.slot.slotless, free.seen.taken]).toEqual([undefined, 1]);
});
