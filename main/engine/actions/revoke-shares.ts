import { asParam, problem } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import { fail, ok, type Failure, type Outcome } from '../outcome.ts';

/** Waits before the open revocations are asked for again, ms: the first, and the longest. */
const waits = { first: 15_000, longest: 5 * 60_000 };

/** Whether the server has said no. Everything else leaves it open whether the link is gone. */
const isRefusal = ({ behaviour }: Failure): boolean => behaviour === 'attention' || behaviour === 'fatal';
/** Beside that, who is signed out was not even asked: where nobody is told of it, it stays open as well. */
const isRefusalForGood = ({ behaviour }: Failure): boolean => behaviour === 'fatal';

/** `again`: it is asked for again by itself. */
const unanswered = ({ problem: why }: Failure, server: string, again: boolean): Outcome<never> =>
  fail('retry', problem('revoke-unanswered', { server, reason: asParam(why), again }));

/**
 * Takes a share back on its server. What is about to happen is written down first, so that a lost answer is asked for
 * again and not forgotten. Fails with share-unknown, share-is-group, share-no-delete-key, the provider's refusal, or
 * revoke-unanswered where the outcome is not known: the share stays `revoking` then.
 */
export const revokeShare = (engine: Engine, id: number): Promise<Outcome<void>> => revokeUnless(isRefusal, engine, id);

const revokeUnless = async (
  refuses: (failure: Failure) => boolean,
  engine: Engine,
  id: number,
): Promise<Outcome<void>> => {
  const { shares } = engine.store;
  const share = shares.get(id);
  if (share === undefined) return fail('fatal', problem('share-unknown', { key: String(id) }));
  if (share.state === 'revoked') return ok(undefined);
  if (share.isGroup) return fail('fatal', problem('share-is-group', { key: share.key }));
  if (share.deleteKey === undefined && !engine.servers.revokesWithoutKey(share.serverId))
    return fail('fatal', problem('share-no-delete-key', { key: share.key }));
  const port = engine.servers.port(share.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  if (provider.revoke === undefined)
    return fail('fatal', problem('option-unsupported', { option: 'revocation', server: context.server.name }));
  shares.setState(id, 'revoking');
  const revoked = await provider.revoke(share, context);
  if (revoked.ok) shares.setState(id, 'revoked');
  else if (refuses(revoked.failure)) shares.setState(id, 'live');
  else return unanswered(revoked.failure, context.server.name, true);
  return revoked;
};

/**
 * Takes a share of an account back, whoever made it; where it was made here, it is revoked in the list too, and asked
 * for again where the answer was lost. Fails with option-unsupported, revoke-unanswered, and as the provider refuses.
 */
export const revokeRemote = async (engine: Engine, serverId: string, key: string): Promise<Outcome<void>> => {
  const port = engine.servers.port(serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  if (provider.revoke === undefined || !engine.servers.revokesWithoutKey(serverId))
    return fail('fatal', problem('option-unsupported', { option: 'revocation', server: context.server.name }));
  const { shares } = engine.store;
  const rows = shares.byKey(key).filter((row) => row.serverId === serverId && row.state !== 'revoked');
  for (const row of rows) shares.setState(row.id, 'revoking');
  const revoked = await provider.revoke({ key }, context);
  if (!revoked.ok && !isRefusal(revoked.failure))
    return unanswered(revoked.failure, context.server.name, rows.length > 0);
  for (const row of rows) shares.setState(row.id, revoked.ok ? 'revoked' : 'live');
  return revoked;
};

/** Asks again for the shares whose revocation got no answer, in this run or the last, for as long as the program runs. */
export class Revocations {
  readonly #engine: Engine;
  readonly #waits: typeof waits;
  #wait: number;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(engine: Engine, own = waits) {
    this.#engine = engine;
    this.#waits = own;
    this.#wait = own.first;
  }

  /** Asks for all that are open now. What cannot be asked now is asked later, or at the next start. */
  async settle(): Promise<void> {
    const { rows } = this.#engine.store.shares.page({ states: ['revoking'] }, { limit: 1000 });
    let isOpen = false;
    for (const share of rows) {
      if (this.#closed) return;
      const revoked = await revokeUnless(isRefusalForGood, this.#engine, share.id);
      if (!revoked.ok && !isRefusalForGood(revoked.failure)) isOpen = true;
    }
    if (isOpen) this.later();
    else this.#wait = this.#waits.first;
  }

  /** One got no answer. */
  later(): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // A store that cannot be read now is read at the next start.
      this.settle().catch(() => undefined);
    }, this.#wait);
    this.#timer.unref();
    this.#wait = Math.min(this.#waits.longest, 2 * this.#wait);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
