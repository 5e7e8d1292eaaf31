/** A decision that a person takes where nothing of its outcome is shown: in the tray's menu, or in a notification. */
import type { CallInput, Client } from '../../preload/contract.ts';
import { problemOf } from '../api/from-client.ts';
import type { Tell } from './outbox.ts';

/** Uploads, and one of their decisions that needs no more than a click. */
type Choice = { readonly ids: readonly number[] } & Pick<CallInput<'transfers.decide'>, 'decision'>;

/** Takes a decision, and tells the window what was refused. Returns whether it was taken for all of them. Never rejects. */
export const decideAtOnce = async (client: Client, tell: Tell, { ids, decision }: Choice): Promise<boolean> => {
  try {
    const { refused, notices } = await client.call('transfers.decide', { ids: [...ids], decision });
    for (const problem of [...refused.map((one) => one.problem), ...notices]) tell('notice', { problem });
    return refused.length === 0;
  } catch (error) {
    tell('notice', { problem: problemOf(error) });
    return false;
  }
};

/** The same for one upload. */
export const decideInTray = (
  client: Client,
  tell: Tell,
  { id, decision }: { readonly id: number } & Pick<Choice, 'decision'>,
): Promise<boolean> => decideAtOnce(client, tell, { ids: [id], decision });
