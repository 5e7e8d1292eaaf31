/** What a provider offers, told by the methods that it has: no capability repeats it. */
import type { AnyProvider } from './provider.ts';

export type Offers = {
  readonly folders: boolean;
  readonly groups: boolean;
  /** Shares can be revoked. */
  readonly revoke: boolean;
  /** The account's shares can be listed, made and changed, whoever made them. */
  readonly listShares: boolean;
  readonly createShares: boolean;
  readonly editShares: boolean;
  readonly leftovers: boolean;
};

type Methods = Partial<Pick<AnyProvider, 'folders' | 'group' | 'revoke' | 'shares' | 'leftovers'>>;

/** Of a provider that is not known: nothing. Pure. */
export const offersOf = ({ folders, group, revoke, shares, leftovers }: Methods = {}): Offers => ({
  folders: folders !== undefined,
  groups: group !== undefined,
  revoke: revoke !== undefined,
  listShares: shares?.list !== undefined,
  createShares: shares?.create !== undefined,
  editShares: shares?.edit !== undefined,
  leftovers: leftovers !== undefined,
});
