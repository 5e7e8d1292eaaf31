/** Every view and state of the window that there is a picture of. */
import type { Peer } from '../peers/peer.ts';
import { dragFiles } from '../electron/drop-files.ts';
import { cloudShots } from './cloud-shots.ts';
import { nestShots } from './nest-shots.ts';
import type { Scene } from './scene.ts';

/** `full`: something of everything; `quiet`: all is done; `new`: a first start. */
export type ProfileName = 'full' | 'quiet' | 'new';

/** What the steps may use. */
export type Props = {
  /** The address of a server that answers. */
  readonly peer: string;
  /** A site with accounts. */
  readonly cloud: Peer;
  /** A community, and a file store without public links. */
  readonly forum: Peer;
  readonly nest: Peer;
  /** Files to drag, absolute. */
  readonly files: readonly string[];
};

export type Shot = {
  readonly name: string;
  readonly profile: ProfileName;
  /** CSS px; 1100 × 720 where absent. */
  readonly size?: readonly [number, number];
  /** Device px for one CSS px: what a person has who magnifies. */
  readonly zoom?: number;
  /** Of a browser that is not signed in. */
  readonly stranger?: boolean;
  /** Something lies over the window and casts a shadow. */
  readonly isSheet?: boolean;
  /** A minute with things that move goes before it. */
  readonly flows?: boolean;
  readonly steps: (scene: Scene, props: Props) => Promise<void>;
  /** What does not last: done at the moment of the picture. */
  readonly lastly?: (scene: Scene, props: Props) => Promise<void>;
};

const keys = { History: '2', Shares: '3', Servers: '4', Settings: ',' } as const;

const go = async ({ page }: Scene, view: keyof typeof keys): Promise<void> => {
  await page.keyboard.press(`Control+${keys[view]}`);
  await page.getByRole('heading', { level: 1, name: view }).waitFor();
};

const openRow = async ({ page }: Scene, text: string): Promise<void> => {
  await page.getByRole('row').filter({ hasText: text }).first().click();
};

const nothing = (): Promise<void> => Promise.resolve();

export const shots: readonly Shot[] = [
  {
    name: 'queue',
    profile: 'full',
    flows: true,
    steps: async (scene) => {
      await openRow(scene, 'Hafenrundfahrt');
      await scene.page.locator('.details').waitFor();
    },
  },
  { name: 'queue-list', profile: 'full', flows: true, steps: nothing },
  {
    name: 'queue-wide',
    profile: 'full',
    size: [1600, 900],
    flows: true,
    steps: nothing,
    // The pointer rests on a row, which says as much as without it.
    lastly: async ({ page }) => {
      await page.locator('[data-row][data-state=uploading]').nth(1).hover();
    },
  },
  { name: 'queue-empty', profile: 'quiet', steps: nothing },
  { name: 'first-start', profile: 'new', steps: nothing },
  { name: 'history', profile: 'full', flows: true, steps: (scene) => go(scene, 'History') },
  {
    name: 'shares',
    profile: 'full',
    flows: true,
    steps: async (scene) => {
      await go(scene, 'Shares');
      await openRow(scene, 'teaser_15s');
    },
  },
  { name: 'servers', profile: 'full', flows: true, steps: (scene) => go(scene, 'Servers') },
  {
    name: 'add-server',
    profile: 'full',
    isSheet: true,
    flows: true,
    steps: async (scene, { peer }) => {
      const { page } = scene;
      await page.getByRole('button', { name: 'Add a server' }).first().click();
      await page.getByRole('textbox', { name: 'Address' }).fill(peer);
      await scene.pass(1000);
      await page.getByText('Recognised').waitFor();
      await page.locator('dialog input[type=password]').fill('correct horse');
    },
  },
  { name: 'settings', profile: 'full', flows: true, steps: (scene) => go(scene, 'Settings') },
  {
    name: 'drop',
    profile: 'full',
    flows: true,
    steps: nothing,
    lastly: async ({ page }, { files }) => {
      await dragFiles(page, { x: 600, y: 430 }, files);
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'add-files',
    profile: 'full',
    isSheet: true,
    flows: true,
    steps: async ({ page }) => {
      await page.getByRole('button', { name: 'Add files' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'sign-in', profile: 'full', stranger: true, steps: nothing },
  {
    name: 'shortcuts',
    profile: 'full',
    isSheet: true,
    flows: true,
    steps: async ({ page }) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'narrow', profile: 'full', size: [720, 480], flows: true, steps: nothing },
  { name: 'zoom', profile: 'full', size: [560, 720], flows: true, steps: nothing },
  {
    name: 'lost',
    profile: 'full',
    flows: true,
    steps: async ({ page, still }) => {
      await still.stop();
      await page.getByText('The connection to Stevedore broke').waitFor();
    },
  },
  ...cloudShots,
  ...nestShots,
];
