import { expect, it } from 'vitest';
import { learnClock } from './cloudreve/clock.ts';
import { cloudreve } from './cloudreve/cloudreve.ts';
import * as cloud from './cloudreve/fixtures/scripted.ts';
import * as send from './stend/fixtures/scripted.ts';
import { stend } from './stend/stend.ts';

const hour = 3_600_000;

it('is five hours after its creation for an upload to Stend, on this machine’s clock', () => {
  const ctx = send.scripted([]);
  const until = send.remote.createdHere + 5 * hour;
  expect(stend.deadline?.(send.remote, ctx)).toEqual({ from: send.remote.createdHere, until, adjustable: false });
});

it('is what the session says for an upload to Cloudreve, whatever this machine’s clock shows', () => {
  const ctx = cloud.scripted([]);
  const { created, expires } = cloud.remote;
  expect(cloudreve.deadline?.(cloud.remote, ctx)).toEqual({ from: created, until: expires, adjustable: true });
  // The server's clock is six hours behind this machine's.
  learnClock(ctx, cloud.said(0, undefined, '', {}, cloud.now - 6 * hour));
  const there = cloudreve.deadline?.(cloud.remote, ctx);
  expect(Math.abs((there?.until ?? 0) - (expires + 6 * hour))).toBeLessThanOrEqual(1_000);
  expect(Math.abs((there?.from ?? 0) - (created + 6 * hour))).toBeLessThanOrEqual(1_000);
});
