/** How often passwords may be tried: by one address and by all, each wrong one making the next wait twice as long. */
import { isIPv6 } from 'node:net';

type Tally = { readonly wrong: number; readonly until: number; readonly at: number };

/** Wrong ones without a wait, of one address and of all together. */
const freeOfOne = 4;
const freeOfAll = 20;
/** Longest wait, ms: who guesses gets a try a minute, who mistyped is not locked out for long. */
const longest = 60_000;
/** Forgotten after so long without a wrong one, ms. */
const forgotten = 60 * 60_000;
/** Addresses that are remembered; with more of them the limit of all still holds. */
const addressesMost = 10_000;

const none: Tally = { wrong: 0, until: 0, at: 0 };

/** One household's IPv6 network counts as one. */
const groupOf = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? address.split(':').slice(0, 4).join(':') : address;
};

const oneMore = (tally: Tally, free: number, now: number): Tally => {
  const wrong = (now - tally.at > forgotten ? 0 : tally.wrong) + 1;
  const wait = wrong < free ? 0 : Math.min(longest, 1000 * 2 ** Math.min(wrong - free, 20));
  return { wrong, until: now + wait, at: now };
};

export class Attempts {
  readonly #now: () => number;
  readonly #byAddress = new Map<string, Tally>();
  #all = none;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a try before it is looked at, so that many at once are not one. Gives the ms to wait instead, or 0. */
  begin(address: string): number {
    const now = this.#now();
    const group = groupOf(address);
    const one = this.#byAddress.get(group) ?? none;
    const wait = Math.max(one.until, this.#all.until) - now;
    if (wait > 0) return wait;
    this.#byAddress.delete(group);
    this.#byAddress.set(group, oneMore(one, freeOfOne, now));
    this.#all = oneMore(this.#all, freeOfAll, now);
    if (this.#byAddress.size > addressesMost)
      for (const oldest of this.#byAddress.keys()) {
        this.#byAddress.delete(oldest);
        break;
      }
    return 0;
  }

  /** The try was right: its address has all its tries again. */
  right(address: string): void {
    this.#byAddress.delete(groupOf(address));
    const { wrong } = this.#all;
    this.#all = wrong <= 1 ? none : { ...this.#all, wrong: wrong - 1, until: 0 };
  }
}
