export const viewNames = ['queue', 'history', 'shares', 'servers', 'settings'] as const;
export type ViewName = (typeof viewNames)[number];

/** Which view is shown, and of which server. */
export class Navigation {
  view = $state<ViewName>('queue');
  /** A server chosen in the sidebar filters every view. */
  serverId = $state<string>();
}
