import { join } from 'node:path';
import { Linter } from 'eslint';
import ts from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { houseRules } from './house-rules.js';

const root = join(import.meta.dirname, '../..');

/** Messages of the house's rules for a file that would stand at a path of this project. */
const messages = (path: string, code: string): readonly string[] =>
  new Linter({ cwd: root })
    .verify(
      code,
      [
        {
          files: ['**/*.ts'],
          languageOptions: { parser: ts.parser },
          plugins: { house: houseRules },
          rules: {
            'house/import-direction': 'error',
            'house/no-forgotten-timer': 'error',
            'house/no-provider-kind': 'error',
          },
        },
      ],
      { filename: join(root, path) },
    )
    .map((message) => message.message);

describe('the rules of the house', () => {
  it.each([
    ['main/engine/queue/x.ts', `import { app } from 'electron';`],
    ['main/engine/queue/x.ts', `export const load = () => import('electron');`],
    ['main/api/x.ts', `import { ipcMain } from 'electron/main';`],
    ['main/engine/x.ts', `import { createApi } from '../api/api.ts';`],
    ['main/engine/x.ts', `import type { Client } from '../../preload/contract.ts';`],
    ['renderer/queue/x.ts', `import { Queue } from '../../main/engine/queue/queue.ts';`],
    ['renderer/ui/x.ts', `export * from '../../main/api/api.ts';`],
    ['renderer/ui/x.ts', `import type { Client } from '../client/client.ts';`],
    ['renderer/ui/x.ts', `import type { ServerView } from '../../preload/contract.ts';`],
    ['renderer/history/x.ts', `import { shareSheetOf } from '../shares/share-sheet.svelte.ts';`],
    ['renderer/history/x.ts', `import { limitLines } from '../servers/words.ts';`],
    ['renderer/client/x.ts', `import { m } from '../queue/row-words.ts';`],
    ['preload/x.ts', `import { version } from '../main/version.ts';`],
    ['main/cli/x.ts', `import { stend } from '../engine/providers/stend/stend.ts';`],
    ['main/engine/x.ts', `import { startPeer } from '../../test/peers/peer.ts';`],
    ['preload/x.ts', `let timer; export const f = () => { timer ??= setTimeout(f, 5); clearTimeout(timer); };`],
  ])('refuse in %s: %s', (path, code) => {
    expect(messages(path, code)).toHaveLength(1);
  });

  it.each([
    ['main/engine/queue/x.ts', `export const f = (kind: string) => kind === 'stend';`],
    ['main/api/x.ts', `export const f = (p: { kind: string }) => { switch (p.kind) { case 'cloudreve': return 1; } };`],
    ['renderer/queue/x.ts', `export const f = (kind: string) => 'filesnest' !== kind;`],
    ['main/cli/x.ts', `export const f = (kind: string) => ['stend', 'cloudreve'].includes(kind);`],
    ['main/cli/x.ts', `export const f = { selfcommunity: 1 };`],
  ])('refuse to branch on a kind in %s: %s', (path, code) => {
    expect(messages(path, code).length).toBeGreaterThan(0);
  });

  it.each([
    ['main/electron/x.ts', `import { app } from 'electron';`],
    ['main/api/x.ts', `import { Queue } from '../engine/queue/queue.ts';`],
    ['main/engine/x.ts', `import type { Problem } from '../../preload/problems.ts';`],
    ['renderer/queue/x.ts', `import type { Client } from '../../preload/contract.ts';`],
    ['renderer/queue/x.ts', `import { copyText } from '../client/copy.ts';`],
    ['renderer/shares/x.ts', `import { isExpired } from './terms.ts';`],
    ['preload/x.ts', `export const timer = setTimeout(() => {}, 5);`],
    ['renderer/main.ts', `import AppWindow from './window/AppWindow.svelte';`],
    ['main/engine/providers/stend/x.ts', `export const f = (kind: string) => kind === 'stend';`],
    ['main/engine/x.test.ts', `import { startPeer } from '../../test/peers/peer.ts';`],
  ])('allow in %s: %s', (path, code) => {
    expect(messages(path, code)).toEqual([]);
  });
});
