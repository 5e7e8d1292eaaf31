/**
 * Servers that are left alone for a while: they asked for it, nobody answers there, or several uploads failed there in a
 * row, whatever the reason. After a cooldown one attempt tries the server; its success ends the cooldown for all of them.
 * Kept in memory only: a new start tries again.
 */
import type { Failure } from '../outcome.ts';
import { cooldownLength, longestWish } from './backoff.ts';

/** Who tries something on a server: a transfer by its id, a cleanup or a group by a name of its own. */
export type Attempt = number | string;

/** How far an attempt has come on its server. What works says nothing about what comes after it. */
export type Step = 'begin' | 'send' | 'end';
const rank: Readonly<Record<Step, number>> = { begin: 0, send: 1, end: 2 };

/** `failures`: attempts that failed in a row since the cooldown began. `failing`: who waits for the server with it. */
export type Cooldown = { readonly until: number; readonly failures: number; readonly failing: readonly Attempt[] };

/** `over`: the server works, and `failing` need not wait any more. `sooner`: it is tried at `until` already. */
export type Relief =
  | { readonly is: 'over'; readonly failing: readonly Attempt[] }
  | { readonly is: 'sooner'; readonly until: number };

type Known = {
  /** Attempts under way, and the number of the event that each began with. */
  readonly running: Map<Attempt, number>;
  /** Who failed since the server last worked, and how often; who failed longest ago comes first. */
  readonly failing: Map<Attempt, number>;
  /** The number of the event that the first of them failed with. */
  failingSince: number;
  /** The furthest step that one of them failed at. */
  failedAt: Step;
  /** How often somebody failed again after others had shown that the server works. */
  readonly strikes: Map<Attempt, number>;
  /** Until when the server asked to be left alone, ms since the epoch. */
  askedUntil: number;
  cooldown:
    | { readonly until: number; readonly beganAt: number; readonly since: number; readonly failures: number }
    | undefined;
  /** Who tries the server after a cooldown. */
  trial: Attempt | undefined;
};

/** So many different ones that fail in a row are no coincidence. */
const severalFail = 2;
/** One that failed so often while others succeeded is the cause itself: it keeps its own wait, and no longer counts. */
const strikesMost = 2;
/** If another attempt succeeds after this many failures of one in a row, the server was at fault as well. */
const failuresOfOne = 3;
/** So many failures in a row are tried again as soon as the server says, at once even. */
const freeOfAsked = 3;
/** ms that a cooldown lasts at least, where something that was under way before shows that the server works. */
const soonest = 4_000;

export class Cooldowns {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #servers = new Map<string, Known>();
  #event = 0;

  /**
   * @param now ms since the epoch
   * @param random uniform in [0, 1)
   */
  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** `trial`: the cooldown is over, and nothing has shown yet that the server works. */
  of(serverId: string): 'none' | 'cooling' | 'trial' {
    const cooldown = this.#servers.get(serverId)?.cooldown;
    if (cooldown === undefined) return 'none';
    return cooldown.until > this.#now() ? 'cooling' : 'trial';
  }

  /** Whether something may be tried on a server now: after a cooldown by one attempt at a time. */
  mayBegin(serverId: string): boolean {
    const state = this.of(serverId);
    return state === 'none' || (state === 'trial' && this.#servers.get(serverId)?.trial === undefined);
  }

  /** Servers on which nothing may be tried now. */
  closed(): readonly string[] {
    return [...this.#servers.keys()].filter((id) => !this.mayBegin(id));
  }

  /** When cooldowns end or ended, ms since the epoch. */
  ends(): readonly number[] {
    return [...this.#servers.values()].flatMap(({ cooldown }) => (cooldown === undefined ? [] : [cooldown.until]));
  }

  /** Who failed on a server since it last worked; who failed longest ago comes first. */
  failing(serverId: string): readonly Attempt[] {
    return [...(this.#servers.get(serverId)?.failing.keys() ?? [])];
  }

  begins(serverId: string, attempt: Attempt): void {
    const known = this.#known(serverId);
    known.running.set(attempt, ++this.#event);
    if (this.of(serverId) === 'trial') known.trial ??= attempt;
  }

  /** The attempt has come to its end, however. */
  ended(serverId: string, attempt: Attempt): void {
    const known = this.#servers.get(serverId);
    if (known === undefined) return;
    known.running.delete(attempt);
    if (known.trial === attempt) known.trial = undefined;
    const idle = known.running.size + known.failing.size + known.strikes.size === 0;
    if (idle && known.cooldown === undefined) this.#servers.delete(serverId);
  }

  /** An attempt failed at a step. The cooldown that the server has now, where the failure is the server's as a whole. */
  failed(serverId: string, attempt: Attempt, failure: Failure, step: Step = 'end'): Cooldown | undefined {
    const { behaviour } = failure;
    if (behaviour !== 'retry' && behaviour !== 'server-busy') return undefined;
    const known = this.#known(serverId);
    const { failing, strikes } = known;
    const now = this.#now();
    const busy = behaviour === 'server-busy';
    // A wait that the server asks for counts for every upload to it.
    if (failure.afterMs === undefined && (strikes.get(attempt) ?? 0) >= strikesMost) return undefined;
    const event = ++this.#event;
    if (failing.size === 0) Object.assign(known, { failingSince: event, failedAt: step });
    else if (rank[step] > rank[known.failedAt]) known.failedAt = step;
    const times = (failing.get(attempt) ?? 0) + 1;
    // Behind the others: it is the last to try the server again.
    failing.delete(attempt);
    failing.set(attempt, times);
    if (failure.afterMs !== undefined)
      known.askedUntil = Math.max(known.askedUntil, now + Math.min(longestWish, failure.afterMs));
    const before = known.cooldown;
    if (!busy && before === undefined && failing.size < severalFail) return undefined;
    // What was under way when the cooldown began says nothing new: of many that fail at once, one counts.
    const isNew = before === undefined || (known.running.get(attempt) ?? 0) > before.since;
    const failures = isNew ? (before?.failures ?? 0) + 1 : before.failures;
    const asked = known.askedUntil;
    // A server that keeps failing is left alone even if it asks to be tried at once.
    const free = failure.afterMs !== undefined && failures <= freeOfAsked;
    const until = isNew
      ? Math.max(asked, free ? now : now + cooldownLength(failures - 1, this.#random))
      : Math.max(asked, before.until);
    known.cooldown = {
      until,
      failures,
      ...(isNew ? { beganAt: now, since: event } : { beganAt: before.beganAt, since: before.since }),
    };
    return { until, failures, failing: [...failing.keys()] };
  }

  /**
   * The server took something of an attempt, or answered it as it should. What changes with that for others: nothing
   * where they failed at a later step.
   */
  succeeded(serverId: string, attempt: Attempt, step: Step = 'end'): Relief | undefined {
    const known = this.#servers.get(serverId);
    if (known === undefined) return undefined;
    const { failing, strikes, cooldown } = known;
    const now = this.#now();
    if (failing.size > 0 && rank[step] < rank[known.failedAt]) {
      // Sending may take hours: another one tries the server in the meantime.
      if (cooldown !== undefined && step === 'send' && known.trial === attempt) {
        known.trial = undefined;
        known.cooldown = { ...cooldown, until: now + cooldownLength(cooldown.failures, this.#random) };
      }
      return undefined;
    }
    strikes.delete(attempt);
    if (failing.size === 0) return undefined;
    const asked = known.askedUntil > now;
    // What began before the first failure may go on where nothing new can begin: it is worth a try, not more.
    if ((known.running.get(attempt) ?? 0) < known.failingSince) {
      if (cooldown === undefined || asked) return undefined;
      const until = Math.max(now, cooldown.beganAt + soonest);
      if (until >= cooldown.until) return undefined;
      known.cooldown = { ...cooldown, until };
      return { is: 'sooner', until };
    }
    if (cooldown !== undefined && asked) return undefined;
    const released = [...failing].flatMap(([who, times]) =>
      who !== attempt && (cooldown !== undefined || times >= failuresOfOne) ? [who] : [],
    );
    if (cooldown !== undefined) for (const who of released) strikes.set(who, (strikes.get(who) ?? 0) + 1);
    failing.clear();
    Object.assign(known, { cooldown: undefined, trial: undefined, askedUntil: 0 });
    return cooldown === undefined && released.length === 0 ? undefined : { is: 'over', failing: released };
  }

  /** Nothing is known against the server any more: a person wants it tried, say. */
  forget(serverId: string): void {
    const known = this.#servers.get(serverId);
    if (known === undefined) return;
    known.failing.clear();
    known.strikes.clear();
    Object.assign(known, { cooldown: undefined, trial: undefined, askedUntil: 0 });
  }

  forgetAll(): void {
    for (const serverId of this.#servers.keys()) this.forget(serverId);
  }

  #known(serverId: string): Known {
    let known = this.#servers.get(serverId);
    if (known === undefined) {
      known = {
        running: new Map(),
        failing: new Map(),
        failingSince: 0,
        failedAt: 'end',
        strikes: new Map(),
        askedUntil: 0,
        cooldown: undefined,
        trial: undefined,
      };
      this.#servers.set(serverId, known);
    }
    return known;
  }
}
