import { type Call, needUser, readJson } from './call.ts';

/** DELETE `/file/lock`: takes locks away by force; whoever knows a token may. */
export async function unlock(call: Call): Promise<unknown> {
  needUser(call);
  const { tokens } = await readJson(call, { tokens: { type: 'texts', name: 'Tokens', required: true, least: 1 } });
  for (const token of tokens) call.site.locks.release(token);
  return undefined;
}
