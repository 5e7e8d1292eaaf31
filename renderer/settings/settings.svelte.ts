import type { ProblemView, SettingsView } from '../../preload/contract.ts';
import { problemOf, type Client } from '../client/client.ts';

export type SettingKey = keyof SettingsView;

/** What the settings ask of the window. */
export type Host = { readonly client: Pick<Client, 'call'>; settings: SettingsView | undefined };

/**
 * Settings that hold at once: a control shows what was asked for until it is answered, then what is true. Where it was
 * refused it goes back, and the words say why.
 */
export class SettingsForm {
  #asked = $state.raw<Partial<SettingsView>>({});
  #refused = $state.raw<Partial<Record<SettingKey, ProblemView>>>({});
  readonly #latest: Partial<Record<SettingKey, number>> = {};
  #turn = 0;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** As it is, or as it was just asked to be; `undefined` before the settings are known. */
  get<K extends SettingKey>(key: K): SettingsView[K] | undefined {
    return key in this.#asked ? (this.#asked as SettingsView)[key] : this.#host.settings?.[key];
  }

  /** Why the last change of it was refused. */
  refusal(key: SettingKey): ProblemView | undefined {
    return this.#refused[key];
  }

  /** Never rejects. Of several changes at once the last one counts. */
  async set<K extends SettingKey>(key: K, value: SettingsView[K]): Promise<void> {
    const turn = ++this.#turn;
    this.#latest[key] = turn;
    this.#asked = { ...this.#asked, [key]: value };
    this.#refused = without(this.#refused, key);
    try {
      const settings = await this.#host.client.call('settings.set', { [key]: value });
      if (this.#latest[key] === turn) this.#host.settings = settings;
    } catch (error) {
      if (this.#latest[key] === turn) this.#refused = { ...this.#refused, [key]: problemOf(error) };
    }
    if (this.#latest[key] === turn) this.#asked = without(this.#asked, key);
  }
}

const without = <T extends object>(value: T, key: keyof T): T =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T;

export const rateUnits = { kB: 1000, MB: 1_000_000 } as const;
export type RateUnit = keyof typeof rateUnits;

/** The least limit that is taken, bytes/s. */
export const leastRate = 1024;

/** A limit as a number and its unit, as a person would write it. Takes bytes/s. */
export const splitRate = (bytesPerSecond: number): { readonly amount: number; readonly unit: RateUnit } =>
  bytesPerSecond >= rateUnits.MB
    ? { amount: Math.round(bytesPerSecond / 10_000) / 100, unit: 'MB' }
    : { amount: Math.round(bytesPerSecond / 100) / 10, unit: 'kB' };

/** bytes/s of a number that was typed; `undefined` for what is none, or less than is taken. */
export const joinRate = (text: string, unit: RateUnit): number | undefined => {
  const amount = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(amount)) return undefined;
  const rounded = Math.round(amount * rateUnits[unit]);
  // The least is written as 1 kB.
  const rate = rounded === rateUnits.kB ? leastRate : rounded;
  return rate < leastRate || !Number.isSafeInteger(rate) ? undefined : rate;
};

/** A whole number within bounds; `undefined` for anything else. */
export const readWhole = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
};
