import { Refusal } from './answer.ts';
import { type Call, readJson } from './call.ts';

/**
 * DELETE `/file/lock`: takes locks away by force; whoever knows the tokens may, signed in or not. With one that is none,
 * or that is gone, all locks stay.
 */
export async function unlock(call: Call): Promise<unknown> {
  const { locks } = call.site;
  const { tokens } = await readJson(call, { tokens: { type: 'texts', name: 'Tokens', required: true } });
  if (!tokens.every((token) => locks.holds(token))) throw new Refusal(40001, 'failed to unlock file');
  for (const token of tokens) locks.release(token);
  return undefined;
}
