/**
 * The tray's menu and icons. A system draws them in its own way and nobody can take a picture of that, so this shows what they
 * are made of: the items as the app gives them to the system, in a plain menu.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from '@playwright/test';
import { decision } from '../../preload/decisions.ts';
import type { Flow } from '../../preload/flow.ts';
import { trayIconFile, trayIcons } from '../../main/app/tray-icon.ts';
import { trayItems, waitingItems, type TrayFacts, type TrayItem } from '../../main/app/tray.ts';
import type { Theme } from './scene.ts';

const flow: Flow = {
  underWay: 3,
  atWork: 0,
  waiting: 1,
  queued: 217,
  paused: 2,
  needsYou: 1,
  rate: 18_400_000,
  offline: false,
  progress: 0.62,
  leftMs: 360_000,
  asks: [
    {
      id: 1,
      name: 'Angebot_Reederei_v7.pdf',
      problem: { code: 'name-exists', params: { server: '设计云盘', name: 'Angebot_Reederei_v7.pdf' }, message: '' },
      decisions: [decision('skip'), decision('rename')],
    },
  ],
};
const facts: TrayFacts = {
  servers: [
    { id: 'a', name: 'Hafen' },
    { id: 'b', name: '设计云盘' },
    { id: 'c', name: 'Kai & Söhne' },
  ],
  defaultServerId: 'a',
  links: [
    { name: 'teaser_30s.mp4', serverName: 'Hafen', link: 'https://a.example/' },
    { name: 'تقرير الميناء.pdf', serverName: 'Hafen', link: 'https://b.example/' },
    { name: 'Hafenrundfahrt, die lange Fassung mit Ton.mxf', serverName: '设计云盘', link: 'https://c.example/' },
  ],
  limit: 5_000_000,
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const menuOf = (items: readonly TrayItem[]): string =>
  `<ul>${items
    .map((item) => {
      if (item.kind === 'line') return '<li class="line"></li>';
      const label = `<span>${escaped(item.label)}</span>`;
      if (item.kind === 'menu') return `<li>${label}<i>▸</i>${menuOf(item.items)}</li>`;
      if (item.kind === 'choice') return `<li><b>${item.chosen ? '●' : ''}</b>${label}</li>`;
      return `<li class="${item.kind === 'command' && item.enabled ? '' : 'off'}">${label}</li>`;
    })
    .join('')}</ul>`;

const iconsOf = (dark: boolean): string =>
  ['darwin', 'win32', 'linux']
    .map((platform) => {
      const cells = trayIcons.map((icon) => {
        const file = fileURLToPath(
          new URL(`../../main/electron/icons/tray/${trayIconFile(icon, { platform, dark })}`, import.meta.url),
        ).replace('.png', '@2x.png');
        const size = platform === 'linux' ? 22 : 16;
        // macOS tints its one.
        const tint = platform === 'darwin' && dark ? ' style="filter:invert(1)"' : '';
        const data = readFileSync(file).toString('base64');
        return `<td><img${tint} width="${size}" height="${size}" src="data:image/png;base64,${data}"></td>`;
      });
      return `<tr><th>${{ darwin: 'macOS', win32: 'Windows', linux: 'Linux' }[platform]}</th>${cells.join('')}</tr>`;
    })
    .join('');

const style = `
  body { margin: 0; padding: 20px; font: 13px/20px system-ui, sans-serif; color-scheme: light dark;
    background: light-dark(#d6dee1, #2a3135); color: light-dark(#152025, #e9eeef); }
  table { border-spacing: 12px 6px; background: light-dark(#eff3f5, #0f1518); border-radius: 8px; margin-bottom: 20px; }
  table { font: inherit; }
  th { text-align: start; font-weight: 500; padding-inline-end: 12px; }
  main { display: flex; gap: 20px; align-items: flex-start; }
  ul { list-style: none; margin: 0; padding: 6px; width: 300px; background: light-dark(#fff, #1d2428); border-radius: 8px;
    border: 1px solid light-dark(#cfd7da, #333c41); }
  ul ul { width: auto; margin: 2px 0 2px 12px; background: none; }
  li { padding: 2px 8px; }
  .line { height: 1px; padding: 0; margin: 5px 8px; background: light-dark(#d9dfe2, #333c41); }
  .off { color: light-dark(#68747a, #8d989d); }
  i { float: right; font-style: normal; }
  b { display: inline-block; width: 14px; font-size: 9px; }
`;

/** A PNG of icons, menu, and the menu of an app that waits to quit. */
export const shootTray = async (browser: Browser, theme: Theme): Promise<Buffer> => {
  const page = await browser.newPage({ colorScheme: theme, viewport: { width: 700, height: 900 } });
  try {
    await page.setContent(`<style>${style}</style><table>${iconsOf(theme === 'dark')}</table>
      <main>${menuOf(trayItems(flow, facts))}${menuOf(waitingItems(['Hafen']))}</main>`);
    return await page.screenshot({ fullPage: true });
  } finally {
    await page.close();
  }
};
