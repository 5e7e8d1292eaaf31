// npm run screenshots [-- NAME…] [--out DIR]: pictures of every view and state, in both themes, into docs/pictures.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from '@playwright/test';
import { ensureBuilt } from '../dev/built.ts';
import { findChromium } from '../electron/stand-in/chromium.ts';
import { startPeer } from '../peers/peer.ts';
import { startCloud } from './cloud.ts';
import { fontEnvironment } from './font.ts';
import { startForum, startNest } from './nest.ts';
import { smaller } from './png.ts';
import { seedProfile, seedQuiet } from './profile.ts';
import { shootTray } from './tray.ts';
import { now, Scene, themes, type Theme } from './scene.ts';
import { startStill } from './still.ts';
import { shots, type ProfileName, type Props, type Shot } from './shots.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const isWanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
const wanted = shots.filter(({ name }) => isWanted(name));
/** The one that is not of the window. */
const tray = 'tray';
const unknown = positionals.filter((name) => name !== tray && !shots.some((shot) => shot.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no ${unknown.join(', ')}. There is: ${[...shots.map(({ name }) => name), tray].join(', ')}.\n`,
  );
  process.exit(2);
}
const out = values.out ?? join(root, 'docs/pictures');

const seeds: Readonly<Record<ProfileName, (folder: string) => Promise<void>>> = {
  full: (folder) => seedProfile(folder, now),
  quiet: (folder) => seedQuiet(folder, now),
  new: (folder) => {
    mkdirSync(folder, { mode: 0o700 });
    return Promise.resolve();
  },
};

/** Files with names that a picker shows well; nothing is in them. */
const layFiles = (folder: string): readonly string[] => {
  for (const name of ['Filme', 'Fotos Hafenfest 2026', 'Fracht', 'Projekte'])
    mkdirSync(join(folder, name), { recursive: true });
  const names = ['Angebot_Reederei_v8.pdf', 'Lageplan Pier 4.svg', 'teaser_30s.mp4', '船舶清单 2026.xlsx'];
  return names.map((name, n) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.alloc((n + 1) * 40_000));
    return path;
  });
};

const shoot = async (browser: Browser, folder: string, shot: Shot, theme: Theme, props: Props): Promise<Buffer> => {
  const { profile, size = [1100, 720], zoom = 1, stranger = false, flows = false, steps, lastly } = shot;
  const own = join(folder, `${shot.name}-${theme}`);
  await seeds[profile](own);
  const signIn = stranger ? { password: 'a password' } : {};
  const still = await startStill({ profile: own, now, files: join(folder, 'ada'), ...signIn });
  try {
    const view = { theme, width: size[0], height: size[1], zoom };
    const scene = await Scene.open(browser, still, view, stranger ? still.url : still.link);
    try {
      if (flows) await scene.flow();
      await steps(scene, props);
      await scene.settle();
      if (lastly !== undefined) await lastly(scene, props);
      return await scene.take();
    } finally {
      await scene.close();
    }
  } finally {
    await still.stop();
  }
};

ensureBuilt(root);
const folder = mkdtempSync(join(tmpdir(), 'stevedore-pictures-'));
const config = { API_PASSWORD: 'correct horse', FILE_MAX_SIZE: 50e9 };
// Its address is in the picture; where the port is taken, the picture differs by it.
const peer = await startPeer('stend', { front: 'nginx', config, port: 7430 }).catch(() =>
  startPeer('stend', { front: 'nginx', config }),
);
const cloud = await startCloud(now);
const forum = await startForum(now);
const nest = await startNest(now);
let browser: Browser | undefined;
const clear = async (): Promise<void> => {
  await browser?.close();
  await Promise.all([peer, cloud, forum, nest].map((one) => one.stop()));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void clear().then(() => process.exit(130)));
try {
  browser = await chromium.launch({
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    executablePath: findChromium(),
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--font-render-hinting=none', '--disable-lcd-text'],
    env: { ...(process.env as Record<string, string>), ...fontEnvironment(folder) },
  });
  mkdirSync(out, { recursive: true });
  const props = { peer: peer.url, cloud, forum, nest, files: layFiles(join(folder, 'ada')) };
  const keep = (name: string, theme: Theme, picture: Buffer): void => {
    writeFileSync(join(out, `${name}-${theme}.png`), picture);
    process.stdout.write(`${name}-${theme}.png ${Math.round(picture.length / 1024)} KiB\n`);
  };
  for (const shot of wanted)
    for (const theme of themes) {
      const taken = await shoot(browser, folder, shot, theme, props);
      keep(shot.name, theme, smaller(taken, shot.isSheet === true ? 'soft' : 'plain'));
    }
  if (isWanted(tray)) for (const theme of themes) keep(tray, theme, smaller(await shootTray(browser, theme), 'plain'));
} finally {
  await clear();
}
