/** What a provider's context has of secrets, over memory. */
import { ok } from '../../main/engine/outcome.ts';
import type { ProviderContext } from '../../main/engine/providers/provider.ts';

export type KeptSecrets = Pick<ProviderContext<unknown>, 'secret' | 'keepSecret' | 'uploadSecrets'>;

export const keptSecrets = (first?: string): KeptSecrets => {
  let present = first;
  const uploads = new Map<string, string>();
  return {
    secret: () => Promise.resolve(ok(present)),
    keepSecret: (secret) => {
      present = secret;
      return Promise.resolve(ok(undefined));
    },
    uploadSecrets: {
      get: (name) => Promise.resolve(ok(uploads.get(name))),
      set: (name, secret) => {
        uploads.set(name, secret);
        return Promise.resolve(ok(undefined));
      },
      remove: (name) => {
        uploads.delete(name);
        return Promise.resolve(ok(undefined));
      },
    },
  };
};
