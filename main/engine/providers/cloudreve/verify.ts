/** Done means verified: the file is there, whole, and no longer an upload. */
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext, Verified } from '../provider.ts';
import { dropKey } from './crypt.ts';
import { shareNotice } from './finish.ts';
import { settled } from './upload-status.ts';
import type { CloudreveRemote } from './state.ts';
import { pathIn } from './uri.ts';

/** See `Provider.verify`. */
export const verify = async (
  remote: CloudreveRemote,
  ctx: ProviderContext<unknown>,
  remember: (remote: CloudreveRemote) => void = () => undefined,
): Promise<Outcome<Verified>> => {
  const file = await settled(remote, ctx);
  if (!file.ok) return file;
  const content = file.value.primary_entity ?? undefined;
  if (content !== undefined) remember({ ...remote, content });
  await dropKey(remote, ctx);
  const { share, direct } = remote;
  const path = pathIn(remote.uri);
  const known = path === undefined ? {} : { path };
  return ok({
    ...(direct === undefined ? {} : { share: { key: direct.key, link: direct.link } }),
    ...(share === undefined
      ? {}
      : {
          share: {
            key: share.id,
            link: share.link,
            ...(share.expiresAt === undefined ? {} : { expiresAt: share.expiresAt }),
            ...known,
          },
        }),
    proof: { by: 'server-status', detail: `size: ${file.value.size}, path: ${path ?? remote.name}`, ...known },
    notices: shareNotice(remote, ctx.server.name),
  });
};
