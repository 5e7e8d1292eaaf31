import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import type { Failure } from '../outcome.ts';
import { Cooldowns } from './cooldowns.ts';

const retry: Failure = {
  behaviour: 'retry',
  problem: problem('connection-broken', { server: 's', reason: 'closed-there' }),
};
const scene = () => {
  const clock = { now: 1_000_000 };
  const cooldowns = new Cooldowns(
    () => clock.now,
    () => 0.5,
  );
  const fails = (server: string, attempt: number, failure = retry) => {
    cooldowns.begins(server, attempt);
    const cooldown = cooldowns.failed(server, attempt, failure);
    cooldowns.ended(server, attempt);
    return cooldown;
  };
  return { clock, cooldowns, fails };
};

it('a server that a person wants tried is tried at once, and what failed there before no longer counts', () => {
  const { cooldowns, fails } = scene();
  for (const server of ['s', 'other']) for (const attempt of [1, 2]) fails(server, attempt);
  cooldowns.forget('s');
  expect([cooldowns.of('s'), cooldowns.of('other')]).toEqual(['none', 'cooling']);
  expect(cooldowns.failing('s')).toEqual([]);
  expect(cooldowns.ends()).toHaveLength(1);
  expect(fails('s', 3)).toBeUndefined();
  expect(fails('s', 4)).toMatchObject({ failing: [3, 4], failures: 1 });
  cooldowns.forget('unknown');
  expect(cooldowns.of('unknown')).toBe('none');
});

it('a wait that a server asked for is forgotten with its failures', () => {
  const { clock, cooldowns, fails } = scene();
  fails('s', 1, { behaviour: 'server-busy', problem: retry.problem, afterMs: 3_600_000 });
  cooldowns.forget('s');
  fails('s', 1);
  expect(fails('s', 2)?.until).toBeLessThanOrEqual(clock.now + 3_000);
});

it('a file that failed often by itself counts again once its failures are forgotten', () => {
  const { clock, cooldowns, fails } = scene();
  for (let n = 0; n < 2; n++) {
    fails('s', 1);
    clock.now = fails('s', 2)?.until ?? 0;
    cooldowns.begins('s', 10 + n);
    cooldowns.succeeded('s', 10 + n);
    cooldowns.ended('s', 10 + n);
  }
  fails('s', 1);
  expect(fails('s', 2)).toBeUndefined();
  cooldowns.forget('s');
  fails('s', 1);
  expect(fails('s', 2)).toBeDefined();
});

it('every server is tried at once when the failures of all are forgotten', () => {
  const { cooldowns, fails } = scene();
  for (const server of ['s', 'other']) for (const attempt of [1, 2]) fails(server, attempt);
  expect(cooldowns.closed()).toEqual(['s', 'other']);
  cooldowns.forgetAll();
  expect(cooldowns.closed()).toEqual([]);
  expect(cooldowns.failing('other')).toEqual([]);
});

it('nothing has failed on a server that is not known', () => {
  expect(scene().cooldowns.failing('s')).toEqual([]);
});
