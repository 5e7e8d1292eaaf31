import type { RemoteShareView } from '../../preload/contract.ts';

/** What a share form is about: something on a server, what an upload stored there, or a share that is there. */
export type ShareAsked =
  | { readonly about: 'path'; readonly serverId: string }
  | { readonly about: 'upload'; readonly serverId: string; readonly transferId: number; readonly name: string }
  | { readonly about: 'share'; readonly serverId: string; readonly share: RemoteShareView };

/** Which sheets are open, so that a view can open one of a feature that it does not know. */
export class Sheets {
  open = $state<'add-server' | 'shortcuts' | 'add-files' | undefined>();
  /** What was typed elsewhere of the address that a server is added by. */
  address = $state('');
  /** What a link is made or changed for. */
  share = $state.raw<ShareAsked>();
  /** The saved server that somebody signs in to. */
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
