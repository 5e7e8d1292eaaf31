/** Pictures of a community, whose uploads can have a message, and of a file store without public links. */
import type { Locator } from '@playwright/test';
import type { Peer } from '../peers/peer.ts';
import type { Scene } from './scene.ts';
import type { Shot } from './shots.ts';

const forum = 'Lotsenforum';
const data = 'Messdaten';

/** As far as the first question of a server. */
const begin = async (scene: Scene, peer: Peer, name: string): Promise<Locator> => {
  const { page } = scene;
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'Address' }).fill(peer.url);
  await scene.pass(1000);
  await sheet.getByText('Recognised').waitFor();
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await sheet.getByRole('button', { name: 'Go on' }).click();
  return sheet;
};

/** Signs in to the community, or to the file store. */
const signIn = async (scene: Scene, peer: Peer, name: string): Promise<void> => {
  const sheet = await begin(scene, peer, name);
  const { username, password = '', token = '' } = peer.vars;
  if (username === undefined) await sheet.getByLabel('Access token', { exact: true }).fill(token);
  else {
    await sheet.getByLabel('User name').fill(username);
    await sheet.getByLabel('Password', { exact: true }).fill(password);
  }
  await sheet.getByRole('button', { name: 'Sign in', exact: true }).click();
  await sheet.waitFor({ state: 'hidden' });
};

export const nestShots: readonly Shot[] = [
  {
    name: 'message',
    profile: 'new',
    isSheet: true,
    steps: async (scene, { forum: peer }) => {
      const { page } = scene;
      await signIn(scene, peer, forum);
      await page.getByRole('button', { name: 'Add files' }).click();
      await scene.pass(1000);
      const sheet = page.getByRole('dialog');
      await sheet.getByRole('textbox', { name: 'Send to' }).fill('1042');
      await sheet.getByRole('textbox', { name: 'Message' }).fill('Das Protokoll von gestern.');
    },
  },
  {
    name: 'message-unknown',
    profile: 'full',
    flows: true,
    steps: async ({ page }) => {
      await page.getByRole('row').filter({ hasText: 'Rundbrief Dezember' }).first().click();
      await page.locator('.details').waitFor();
    },
  },
  {
    name: 'token',
    profile: 'new',
    isSheet: true,
    steps: async (scene, { nest }) => {
      const sheet = await begin(scene, nest, data);
      await sheet.getByLabel('Access token', { exact: true }).waitFor();
    },
  },
  {
    name: 'files',
    profile: 'new',
    steps: async (scene, { nest }) => {
      const { page } = scene;
      await signIn(scene, nest, data);
      await page.keyboard.press('Control+3');
      await scene.pass(1000);
      await page.getByRole('button', { name: `Files on ${data}` }).click();
      await page.getByRole('row').filter({ hasText: 'pier-4-survey' }).first().click();
    },
  },
];
