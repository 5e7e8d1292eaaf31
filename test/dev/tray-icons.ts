/**
 * Draws the tray's icons, a PNG for each state, colour and size, into main/electron/icons/tray: `npm run icons`. With
 * `--sheet FILE` it also writes one picture that shows them all on light and dark panels.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { trayIconFile, trayIcons, traySteps, type TrayGround, type TrayIcon } from '../../main/app/tray-icon.ts';
import { findChromium } from '../electron/stand-in/chromium.ts';

const folder = fileURLToPath(new URL('../../main/electron/icons/tray', import.meta.url));

/** The figure without its load, on a grid of 16 px. */
const figure = `<circle cx="8" cy="7.7" r="1.8"/>
  <path d="M3 6.6v1.6c0 1.5 1 2.5 2.6 2.5h4.8c1.6 0 2.6-1 2.6-2.5V6.6" fill="none" stroke-width="1.9" stroke-linecap="round"/>
  <path d="M5 10h6v6H8.7v-2.9H7.3V16H5z" stroke="none"/>`;

/** The load carries the state. Its edges lie on whole pixels. */
const loadOf = (icon: TrayIcon): string => {
  const left = 'V5H2a1 1 0 0 1-1-1V1a1 1 0 0 1 1-1z';
  if (icon === 'idle') return `<path d="M2 0h12a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1${left.slice(2)}" stroke="none"/>`;
  if (icon === 'attention')
    return `<path d="M2 0h7.2a4.4 4.4 0 0 0 .8 5H2a1 1 0 0 1-1-1V1a1 1 0 0 1 1-1z" stroke="none"/>
      <circle cx="13" cy="2.7" r="2.7" stroke="none"/>`;
  if (icon === 'offline')
    return '<path d="M1.5 2V.5H4M6 .5h4M12 .5h2.5V2M1.5 3v1.5H4M6 4.5h4M12 4.5h2.5V3" fill="none"/>';
  const right = 1 + (14 * icon) / traySteps;
  const fill = icon === 0 ? '' : `<path d="M2 0H${right}${left}" stroke="none"/>`;
  return `<rect x="1.5" y=".5" width="13" height="4" rx=".6" fill="none"/>${fill}`;
};

const black: TrayGround = { platform: 'darwin', dark: false };
const grounds = [
  { ground: black, ink: '#000', size: 16 },
  { ground: { platform: 'win32', dark: true }, ink: '#fff', size: 16 },
  { ground: { platform: 'linux', dark: false }, ink: '#152025', rim: '#fcfefe', size: 22 },
  { ground: { platform: 'linux', dark: true }, ink: '#fcfefe', rim: '#152025', size: 22 },
] as const;

const svgOf = (icon: TrayIcon, { ink, size, ...more }: (typeof grounds)[number], scale: number): string => {
  const margin = (size - 16) / 2;
  const rim =
    'rim' in more
      ? `<filter id="rim" x="-20%" y="-20%" width="140%" height="140%">
          <feMorphology in="SourceAlpha" operator="dilate" radius="1" result="wide"/>
          <feFlood flood-color="${more.rim}"/><feComposite operator="in" in2="wide"/>
          <feMerge><feMergeNode/><feMergeNode in="SourceGraphic"/></feMerge>
        </filter>`
      : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size * scale}" height="${size * scale}"
    viewBox="${-margin} ${-margin} ${size} ${size}">${rim}
    <g fill="${ink}" stroke="${ink}"${rim === '' ? '' : ' filter="url(#rim)"'}>${loadOf(icon)}${figure}</g></svg>`;
};

/** A drawing as a PNG of its own size. */
const draw = async (page: Page, svg: string): Promise<Buffer> => {
  const url = await page.evaluate(async (text) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/png');
  }, svg);
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
};

/** Every icon on the panels it may stand on, as it is and enlarged. */
const sheetOf = (): string => {
  const picture = (name: string, size: number): string =>
    `<img width="${size}" height="${size}" src="data:image/png;base64,${readFileSync(join(folder, name)).toString('base64')}">`;
  const rows = grounds.flatMap(({ ground, size }) =>
    (ground.platform === 'linux' ? ['#f2f3f5', '#1b1d1f'] : ground.dark ? ['#1c1c1c'] : ['#f3f3f3']).map((panel) => {
      const cells = trayIcons.map((icon) => {
        const name = trayIconFile(icon, ground);
        return `<td>${picture(name, size)} ${picture(name.replace('.png', '@2x.png'), size * 2)}<p>${icon}</p></td>`;
      });
      const text = panel > '#8' ? '#222' : '#ddd';
      const title = `${ground.platform === 'darwin' ? 'macOS, Windows' : ground.platform}${ground.dark ? ', dark' : ''}`;
      return `<tr style="background:${panel};color:${text}"><th>${title}</th>${cells.join('')}</tr>`;
    }),
  );
  return `<style>body{margin:8px;font:11px sans-serif}td,th{padding:10px 14px;text-align:center}p{margin:4px 0 0}</style>
    <table cellspacing="0">${rows.join('')}</table>`;
};

const { sheet } = parseArgs({ options: { sheet: { type: 'string' } } }).values;
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const ground of grounds)
    for (const icon of trayIcons)
      for (const scale of [1, 2]) {
        const name = trayIconFile(icon, ground.ground).replace('.png', scale === 1 ? '.png' : '@2x.png');
        writeFileSync(join(folder, name), await draw(page, svgOf(icon, ground, scale)));
      }
  if (sheet !== undefined) {
    await page.setContent(sheetOf());
    await page.locator('table').screenshot({ path: sheet });
  }
} finally {
  await browser.close();
}
