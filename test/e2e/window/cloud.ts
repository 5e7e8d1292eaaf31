/** A site with accounts beside the desk, signed in to as the command line does it. */
import { controlOf, type SiteControl } from '../../peers/cloudreve/control.ts';
import type { StoredContent } from '../../peers/cloudreve/side-door.ts';
import type { Peer } from '../../peers/peer.ts';
import { test as base, type Desk } from './desk.ts';

export type Cloud = {
  readonly peer: Peer;
  readonly control: SiteControl;
  /** What lies under a path of the account; undefined where nothing is. */
  readonly stored: (path: string) => Promise<StoredContent | undefined>;
  /** Makes folders, as the command line does. The window must not run yet. */
  readonly folders: (...paths: readonly string[]) => Promise<void>;
};

const open = async (desk: Desk, config: Readonly<Record<string, unknown>>): Promise<Cloud> => {
  const peer = await desk.site({ storage_policy: 'local', chunk_size: 100_000, ...config });
  const control = controlOf(peer);
  const { email = '', password = '' } = peer.vars;
  const words = ['server', 'add', peer.url, '--kind', 'cloudreve', '--name', 'cloud'];
  await desk.run([...words, '--email', email, '--password-stdin', '--vault', 'file'], password);
  return {
    peer,
    control,
    stored: (path) => control.stored(`cloudreve://my${path}`),
    folders: async (...paths) => {
      await desk.run(['folder', 'make', ...paths, '--server', 'cloud']);
    },
  };
};

/** Settings of the site: `test.use({ site: … })`. */
export const test = base.extend<{ cloud: Cloud; site: Readonly<Record<string, unknown>> }>({
  site: [{}, { option: true }],
  cloud: async ({ desk, site }, use) => {
    await use(await open(desk, site));
  },
});

export { expect } from './desk.ts';
