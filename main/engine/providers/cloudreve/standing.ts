/** A chunk or a completion that was refused: did the file complete all the same? */
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { askFile, standing } from './info.ts';
import type { CloudreveRemote } from './state.ts';

/** How an upload stands by its file. Fails as `call` does. */
export const standingOf = async (
  remote: CloudreveRemote,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<ReturnType<typeof standing>>> => {
  const file = await askFile(remote.uri, ctx);
  return file.ok ? ok(standing(file.value, remote)) : file;
};

/** `value`: it is done. Else the failure that was there before the look. */
export const unlessDone = async <T>(
  remote: CloudreveRemote,
  ctx: ProviderContext<unknown>,
  value: T,
  failure: Outcome<never>,
): Promise<Outcome<T>> => {
  const stands = await standingOf(remote, ctx);
  if (!stands.ok) return stands;
  return stands.value === 'done' ? ok(value) : failure;
};
