/** A decision that a person takes in the tray's menu, which shows nothing of its outcome. */
import type { CallInput, Client } from '../../preload/contract.ts';
import { problemOf } from '../api/from-client.ts';
import type { Tell } from './outbox.ts';

/** An upload, and one of its decisions that needs no more than a click. */
type Choice = { readonly id: number } & Pick<CallInput<'transfers.decide'>, 'decision'>;

/** Takes a decision, and tells the window what was refused. Returns whether it was taken. Never rejects. */
export const decideInTray = async (client: Client, tell: Tell, { id, decision }: Choice): Promise<boolean> => {
  try {
    const { refused, notices } = await client.call('transfers.decide', { ids: [id], decision });
    for (const problem of [...refused.map((one) => one.problem), ...notices]) tell('notice', { problem });
    return refused.length === 0;
  } catch (error) {
    tell('notice', { problem: problemOf(error) });
    return false;
  }
};
