/** Whether an upload whose bytes are all there has become a file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { askFile, type RemoteFile, standing } from './info.ts';
import { policyOf } from './look.ts';
import { storeOf } from './policy.ts';
import type { CloudreveRemote } from './state.ts';

type Ctx = ProviderContext<unknown>;

/** Stores that tell the site themselves, a moment after they answered. */
const tellLater = new Set(['oss', 'obs', 'qiniu', 'upyun']);
/** Whether a file may be whole later than the answer. protocol: a site that relays passes on what a lost connection brought. */
const isLater = ({ policy }: CloudreveRemote): boolean => policy.relay === true || tellLater.has(storeOf(policy) ?? '');
const looksMost = 6;
const pauseMs = 400;

/** The constant of nothing, where it was not known when the upload began. */
const withNothing = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<CloudreveRemote>> => {
  if (remote.nothing !== undefined) return ok(remote);
  const root = await policyOf('/', ctx);
  if (!root.ok) return root;
  const nothing = root.value?.nothing;
  return ok(nothing === undefined ? remote : { ...remote, nothing });
};

/**
 * The file that an upload has become. protocol: a chunk can answer 0 without the file completing; the last one again never
 * helps. Fails with `restart` verify-length, not-completed, session-gone.
 */
export const settled = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<RemoteFile>> => {
  const { name: server } = ctx.server;
  const known = await withNothing(remote, ctx);
  if (!known.ok) return known;
  const looks = isLater(remote) ? looksMost : 1;
  for (let n = 1; ; n++) {
    const file = await askFile(remote.uri, ctx);
    if (!file.ok) return file;
    const stands = standing(file.value, known.value);
    if (stands === 'done' && file.value !== undefined) return ok(file.value);
    if (stands === 'under-way' && n < looks) {
      await sleep(pauseMs * n, undefined, { signal: ctx.signal });
      continue;
    }
    if (stands === 'under-way') {
      const words = tellLater.has(storeOf(remote.policy) ?? '') ? 'its storage did not report the file' : '';
      return fail('restart', problem('not-completed', { server, words }));
    }
    const other =
      file.value !== undefined && file.value.size !== remote.size && file.value.primary_entity !== remote.previous;
    return other
      ? fail('restart', problem('verify-length', { server, stored: file.value.size, size: remote.size }))
      : fail('restart', problem('session-gone', { server }));
  }
};
