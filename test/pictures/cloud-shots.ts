/** Pictures of a server with accounts. */
import type { Locator } from '@playwright/test';
import type { Peer } from '../peers/peer.ts';
import type { Scene } from './scene.ts';
import type { Shot } from './shots.ts';

const name = 'Nordlicht Cloud';

/** As far as the first question of the site. */
const begin = async (scene: Scene, cloud: Peer): Promise<Locator> => {
  const { page } = scene;
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'Address' }).fill(cloud.url);
  await scene.pass(1000);
  await sheet.getByText('Recognised').waitFor();
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await sheet.getByRole('button', { name: 'Go on' }).click();
  await sheet.getByLabel('Email').fill(cloud.vars['email'] ?? '');
  await sheet.getByLabel('Password', { exact: true }).fill(cloud.vars['password'] ?? '');
  return sheet;
};

const signIn = async (scene: Scene, cloud: Peer): Promise<void> => {
  const sheet = await begin(scene, cloud);
  await sheet.getByRole('button', { name: 'Sign in', exact: true }).click();
  await sheet.waitFor({ state: 'hidden' });
};

export const cloudShots: readonly Shot[] = [
  {
    name: 'account',
    profile: 'quiet',
    isSheet: true,
    steps: async (scene, { cloud }) => {
      await begin(scene, cloud);
    },
  },
  {
    name: 'folder',
    profile: 'new',
    isSheet: true,
    steps: async (scene, { cloud }) => {
      const { page } = scene;
      await signIn(scene, cloud);
      await page.getByRole('button', { name: 'Add files' }).click();
      await scene.pass(1000);
      await page.getByRole('button', { name: `Choose another folder on ${name}` }).click();
      await page
        .getByRole('dialog', { name: `Folder on ${name}` })
        .getByRole('option')
        .first()
        .waitFor();
    },
  },
  {
    name: 'account-shares',
    profile: 'new',
    steps: async (scene, { cloud }) => {
      const { page } = scene;
      await signIn(scene, cloud);
      await page.keyboard.press('Control+3');
      await scene.pass(1000);
      await page.getByRole('button', { name: `All on ${name}` }).click();
      await page.getByRole('row').filter({ hasText: 'Hafenrundfahrt' }).first().click();
    },
  },
  {
    name: 'share-form',
    profile: 'new',
    isSheet: true,
    steps: async (scene, { cloud }) => {
      const { page } = scene;
      await signIn(scene, cloud);
      await page.keyboard.press('Control+3');
      await scene.pass(1000);
      await page.getByRole('button', { name: `All on ${name}` }).click();
      await page.getByRole('row').filter({ hasText: 'Lageplan' }).first().click();
      await page.getByRole('button', { name: 'Edit…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).waitFor();
    },
  },
  {
    name: 'leftovers',
    profile: 'new',
    isSheet: true,
    steps: async (scene, { cloud }) => {
      const { page } = scene;
      await signIn(scene, cloud);
      await page.keyboard.press('Control+4');
      await scene.pass(1000);
      await page.getByRole('button', { name: /^More/ }).first().click();
      await page.getByRole('menuitem', { name: 'Left over on the server…' }).click();
      await page.getByRole('dialog').getByRole('checkbox').first().waitFor();
    },
  },
];
