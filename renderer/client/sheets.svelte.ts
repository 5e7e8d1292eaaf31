import type { CallOutput, RemoteShareView } from '../../preload/contract.ts';

/** What a share form is about: a path on a server, the file of an upload, or an existing share. */
export type ShareAsked =
  | { readonly about: 'path'; readonly serverId: string }
  | { readonly about: 'upload'; readonly serverId: string; readonly transferId: number; readonly name: string }
  | { readonly about: 'share'; readonly serverId: string; readonly share: RemoteShareView };

/** A new server as a link describes it. */
export type GivenServer = Pick<
  Extract<CallOutput<'links.read'>, { asks: 'add-server' }>,
  'address' | 'kind' | 'name' | 'fields' | 'secret'
>;

/** Which sheets are open, so that a view can open one of a feature that it does not know. */
export class Sheets {
  open = $state<'add-server' | 'shortcuts' | 'add-files' | 'palette' | undefined>();
  /** The address that was typed before the sheet for a new server opened. */
  address = $state('');
  /** What a link of another program fills into the sheet for a new server. */
  given = $state.raw<GivenServer>();
  /** What a link is made or changed for. */
  share = $state.raw<ShareAsked>();
  /** The saved server to sign in to. */
  signIn = $state.raw<{ readonly serverId: string; readonly closed: () => void }>();

  /**
   * Opens the sign-in to a saved server, over whatever sheet is open.
   *
   * @param closed called once when it is left, signed in or not
   */
  signInTo(serverId: string, closed: () => void = () => undefined): void {
    this.signIn = { serverId, closed };
  }
}
