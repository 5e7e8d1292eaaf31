import { toJson } from '../json.ts';
import type { AnyProvider } from '../providers/provider.ts';
import type { RemoteState } from '../store/rows.ts';

/** A provider's remote state as it is stored. */
export const keepRemote = (provider: AnyProvider, remote: unknown): RemoteState => ({
  version: provider.remote.version,
  value: toJson(remote),
});

/** The stored state in the provider's own type, brought forward from older versions. Throws where it is no such state. */
export const readRemote = (provider: AnyProvider, kept: RemoteState | undefined): unknown => {
  if (kept === undefined) throw new Error('no remote state');
  const value = kept.version < provider.remote.version ? provider.remote.migrate(kept.value, kept.version) : kept.value;
  return provider.remote.schema.parse(value);
};
