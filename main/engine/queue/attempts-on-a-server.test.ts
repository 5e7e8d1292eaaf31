import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import type { Failure } from '../outcome.ts';
import { Cooldowns, type Attempt, type Step } from './cooldowns.ts';

const why = problem('connection-broken', { server: 's', reason: 'closed-there' });
type Failing = Extract<Failure, { readonly behaviour: 'retry' | 'server-busy' }>;
const retry: Failing = { behaviour: 'retry', problem: why };
const asks = (afterMs: number): Failing => ({ ...retry, afterMs });
const scene = () => {
  const clock = { now: 1_000_000 };
  const cooldowns = new Cooldowns(
    () => clock.now,
    () => 0.5,
  );
  const fails = (attempt: Attempt, failure: Failure = retry, step?: Step) => {
    cooldowns.begins('s', attempt);
    const cooldown = cooldowns.failed('s', attempt, failure, step);
    cooldowns.ended('s', attempt);
    return cooldown;
  };
  const works = (attempt: Attempt, step?: Step) => {
    cooldowns.begins('s', attempt);
    const relief = cooldowns.succeeded('s', attempt, step);
    cooldowns.ended('s', attempt);
    return relief;
  };
  const cool = (): void => {
    clock.now = Math.max(clock.now, ...cooldowns.ends());
  };
  return { clock, cooldowns, fails, works, cool };
};

it('who failed longest ago comes first, and who fails again comes last', () => {
  const { cooldowns, fails } = scene();
  for (const attempt of [1, 2, 3, 1]) fails(attempt);
  expect(cooldowns.failing('s')).toEqual([2, 3, 1]);
});

it('what was under way before a cooldown is not what tries the server after it', () => {
  const { cooldowns, fails, cool } = scene();
  cooldowns.begins('s', 'flows');
  fails(1);
  fails(2);
  cool();
  expect(cooldowns.mayBegin('s')).toBe(true);
  cooldowns.begins('s', 3);
  cooldowns.ended('s', 'flows');
  expect(cooldowns.mayBegin('s')).toBe(false);
  cooldowns.begins('s', 4);
  cooldowns.ended('s', 4);
  expect(cooldowns.mayBegin('s')).toBe(false);
  cooldowns.ended('s', 3);
  expect(cooldowns.mayBegin('s')).toBe(true);
  cooldowns.ended('unknown', 1);
  expect(cooldowns.succeeded('unknown', 1)).toBeUndefined();
});

it.each(['offline', 'restart', 'attention', 'fatal', 'left-out'] as const)(
  'a failure that is none of the server as a whole (%s) does not count',
  (behaviour) => {
    const { cooldowns, fails } = scene();
    for (const attempt of [1, 2, 3]) expect(fails(attempt, { behaviour, problem: why })).toBeUndefined();
    expect(cooldowns.failing('s')).toEqual([]);
  },
);

it('a file that failed often by itself still counts where its server asks for a wait', () => {
  const { cooldowns, fails, works, cool } = scene();
  for (let n = 0; n < 2; n++) {
    fails('bad');
    fails('worse');
    cool();
    works(n);
  }
  expect(fails('bad')).toBeUndefined();
  expect(cooldowns.failing('s')).toEqual([]);
  fails('bad', asks(60_000));
  expect(cooldowns.failing('s')).toEqual(['bad']);
});

it('a file that failed often by itself counts as before once its server took something of it', () => {
  const { fails, works, cool } = scene();
  for (let n = 0; n < 2; n++) {
    fails('bad');
    fails('worse');
    cool();
    works(n);
  }
  works('bad', 'begin');
  fails('bad');
  expect(fails('other')).toMatchObject({ failing: ['bad', 'other'] });
});

it('a file that failed once by itself counts as before', () => {
  const { fails, works, cool } = scene();
  fails('bad');
  fails('worse');
  cool();
  works(1);
  fails('bad');
  expect(fails('worse')).toMatchObject({ failing: ['bad', 'worse'] });
});

it.each([
  { failed: ['begin', 'send'], works: 'begin', helps: false },
  { failed: ['begin', 'send'], works: 'send', helps: true },
  { failed: ['end', 'begin'], works: 'send', helps: false },
  { failed: ['begin', 'begin'], works: 'begin', helps: true },
  { failed: ['begin', 'end'], works: 'end', helps: true },
  { failed: ['send', 'begin'], works: 'begin', helps: false },
] as const)(
  'where uploads failed at $failed, one that gets to $works ends the wait of the others: $helps',
  ({ failed: [first, second], works: reached, helps }) => {
    const { cooldowns, fails, works, cool } = scene();
    fails(1, retry, first);
    fails(2, retry, second);
    cool();
    expect(works(3, reached)).toEqual(helps ? { is: 'over', failing: [1, 2] } : undefined);
    expect(cooldowns.failing('s')).toEqual(helps ? [] : [1, 2]);
  },
);

it('the furthest failed step is forgotten with the failures', () => {
  const { fails, works, cool } = scene();
  fails(1, retry, 'end');
  fails(2, retry, 'end');
  cool();
  works(3, 'end');
  fails(1, retry, 'begin');
  fails(2, retry, 'begin');
  cool();
  expect(works(4, 'begin')).toMatchObject({ is: 'over' });
});

it('a busy server is left alone longer for each failure, though one upload alone fails there', () => {
  const { clock, fails, cool } = scene();
  const waits = [{ ...retry, behaviour: 'server-busy' } as const, retry, retry].map((failure) => {
    const cooldown = fails(1, failure);
    const wait = (cooldown?.until ?? 0) - clock.now;
    cool();
    return [cooldown?.failures, wait];
  });
  expect(waits).toEqual([
    [1, 2_250],
    [2, 4_500],
    [3, 9_000],
  ]);
});

it('what fails late, of what was under way when the server was left alone, makes it no longer', () => {
  const { clock, cooldowns, fails } = scene();
  cooldowns.begins('s', 'late');
  fails(1);
  const until = fails(2)?.until;
  clock.now += 1_000;
  expect(cooldowns.failed('s', 'late', retry)).toEqual({ until, failures: 1, failing: [1, 2, 'late'] });
  expect(cooldowns.failed('s', 'late', asks(20_000))?.until).toBe(clock.now + 20_000);
});

it('while a server wants to be left alone no success of others changes that, and a shorter wish does not either', () => {
  const { clock, cooldowns, fails } = scene();
  cooldowns.begins('s', 'flows');
  fails(1);
  const until = fails(2, asks(60_000))?.until ?? 0;
  expect(until).toBe(clock.now + 60_000);
  expect(cooldowns.succeeded('s', 'flows')).toBeUndefined();
  cooldowns.begins('s', 3);
  expect(cooldowns.succeeded('s', 3)).toBeUndefined();
  expect(cooldowns.failed('s', 'flows', asks(1_000))?.until).toBe(until);
  expect(cooldowns.ends()).toEqual([until]);
  clock.now = until;
  expect(cooldowns.succeeded('s', 3)).toEqual({ is: 'over', failing: [1, 2, 'flows'] });
  expect(cooldowns.ends()).toEqual([]);
});

it('an upload that sends while it tries the server lets another one try it after a wait', () => {
  const { clock, cooldowns, fails, cool } = scene();
  fails(1, retry, 'end');
  fails(2, retry, 'end');
  cool();
  cooldowns.begins('s', 3);
  // One that does not try the server changes nothing.
  cooldowns.begins('s', 4);
  cooldowns.succeeded('s', 4, 'send');
  expect([cooldowns.of('s'), cooldowns.mayBegin('s')]).toEqual(['trial', false]);
  cooldowns.succeeded('s', 3, 'send');
  expect(cooldowns.ends()).toEqual([clock.now + 4_500]);
  cool();
  expect(cooldowns.mayBegin('s')).toBe(true);
});

it('an upload that was under way since before the failures shows little: the server is tried sooner, after four seconds', () => {
  const { clock, cooldowns, fails, cool } = scene();
  cooldowns.begins('s', 'flows');
  for (const attempt of [1, 2, 3, 4]) {
    fails(attempt);
    if (attempt !== 4) cool();
  }
  const began = clock.now;
  clock.now += 1_000;
  expect(cooldowns.succeeded('s', 'flows')).toEqual({ is: 'sooner', until: began + 4_000 });
  expect(cooldowns.failing('s')).toEqual([1, 2, 3, 4]);
  clock.now = began + 4_000;
  expect(cooldowns.mayBegin('s')).toBe(true);
});

it('without a cooldown, an upload that was under way since before the failures shows nothing', () => {
  const { cooldowns, fails, works } = scene();
  cooldowns.begins('s', 'flows');
  for (let n = 0; n < 3; n++) fails(1);
  expect(cooldowns.succeeded('s', 'flows')).toBeUndefined();
  expect(cooldowns.failing('s')).toEqual([1]);
  expect(works(2)).toEqual({ is: 'over', failing: [1] });
});

it('who tried the server with success is not among those that need not wait any more', () => {
  const { fails, works, cool } = scene();
  fails(1);
  fails(2);
  cool();
  expect(works(1)).toEqual({ is: 'over', failing: [2] });
});

it('a file that failed twice alone is not released by the success of another, three times is', () => {
  const { fails, works } = scene();
  for (let n = 0; n < 2; n++) fails(1);
  expect(works(2)).toBeUndefined();
  for (let n = 0; n < 3; n++) fails(1);
  expect(works(2)).toEqual({ is: 'over', failing: [1] });
  // That says nothing against it: it counts like any other.
  for (let n = 0; n < 2; n++) {
    for (let m = 0; m < 3; m++) fails(1);
    works(2);
  }
  fails(1);
  expect(fails(3)).toBeDefined();
});
