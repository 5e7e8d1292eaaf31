/** Links that open this app: the system is told which ones. */
import { app } from 'electron';
import { schemesToClaim } from '../app/link-claims.ts';

/** Only for an installed app: one that runs from its sources would claim them for a folder that may go. */
export const claimLinks = (): void => {
  if (!app.isPackaged) return;
  const wanted = schemesToClaim((scheme) => ({
    ours: app.isDefaultProtocolClient(scheme),
    taken: app.getApplicationNameForProtocol(`${scheme}://`) !== '',
  }));
  for (const scheme of wanted) app.setAsDefaultProtocolClient(scheme);
};
