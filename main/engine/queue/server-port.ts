import type { UploadSecrets } from '../providers/context.ts';
import type { AnyProvider, ProviderContext } from '../providers/provider.ts';

/** A saved server, ready to be talked to. */
export type ServerPort = {
  readonly provider: AnyProvider;
  readonly context: ProviderContext<unknown>;
  /** Those of one transfer, for the context of its lane. */
  readonly uploadSecrets: (transferId: number) => UploadSecrets;
};
