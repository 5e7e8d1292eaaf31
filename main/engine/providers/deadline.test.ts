import { expect, it } from 'vitest';
import { cloudreve } from './cloudreve/cloudreve.ts';
import * as cloud from './cloudreve/fixtures/scripted.ts';
import * as send from './stend/fixtures/scripted.ts';
import { learnClock } from './server-clock.ts';
import { stend } from './stend/stend.ts';

const hour = 3_600_000;

/** What is known of a server's clock outlives a test: these have servers of their own. */
const alone = <T extends { readonly server: { readonly id: string } }>(ctx: T): T => ({
  ...ctx,
  server: { ...ctx.server, id: `${ctx.server.id} with a deadline` },
});

it('is five hours after its creation for an upload to Stend, on this machine’s clock', () => {
  const ctx = alone(send.scripted([]));
  const { created } = send.remote;
  const lasting = { until: created + 5 * hour, adjustable: false };
  expect(stend.deadline?.(send.remote, ctx)).toEqual({ from: created, ...lasting });
  // The server's clock is six hours ahead of this machine's.
  learnClock(ctx, ctx.now() + 6 * hour);
  expect(Math.abs((stend.deadline?.(send.remote, ctx)?.until ?? 0) - (created - hour))).toBeLessThanOrEqual(1_000);
});

it('is what the session says for an upload to Cloudreve, whatever this machine’s clock shows', () => {
  const ctx = alone(cloud.scripted([]));
  const { created, expires } = cloud.remote;
  expect(cloudreve.deadline?.(cloud.remote, ctx)).toEqual({ from: created, until: expires, adjustable: true });
  // The server's clock is six hours behind this machine's.
  learnClock(ctx, cloud.now - 6 * hour);
  const there = cloudreve.deadline?.(cloud.remote, ctx);
  expect(Math.abs((there?.until ?? 0) - (expires + 6 * hour))).toBeLessThanOrEqual(1_000);
  expect(Math.abs((there?.from ?? 0) - (created + 6 * hour))).toBeLessThanOrEqual(1_000);
});
