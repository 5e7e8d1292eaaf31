/** What can be said of links on a server, by what it can do. */
import type { ServerView, TransferView } from '../../preload/contract.ts';

/** Whether an upload to a server ends with a link without being asked for one. */
export const bringsLinks = ({ capabilities }: Pick<ServerView, 'capabilities'>): boolean =>
  !capabilities.createShares && !capabilities.sharesAreFiles;

/** Whether links of a server can end by time. One that is not known any more may have such links. */
export const linksEnd = (server: Pick<ServerView, 'capabilities'> | undefined): boolean =>
  server === undefined || server.capabilities.expiry || server.capabilities.createShares;

/** The key of a share whose link does not end with it, so that it is worth to be shown and copied beside the link. */
export const keyBeside = (share: TransferView['share']): string | undefined =>
  share?.link === undefined || share.link.endsWith(share.key) ? undefined : share.key;
