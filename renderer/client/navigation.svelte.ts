export const viewNames = ['queue', 'history', 'shares', 'servers', 'settings'] as const;
export type ViewName = (typeof viewNames)[number];

/** Which view is shown, and of which server. */
export class Navigation {
  view = $state<ViewName>('queue');
  /** A server chosen in the sidebar filters every view. */
  serverId = $state<string>();
  /** The setting that gets the focus when the settings are shown. */
  setting = $state<string>();

  /** Shows one setting. */
  openSetting(id: string): void {
    this.setting = id;
    this.view = 'settings';
  }
}
