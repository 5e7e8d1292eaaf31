import { expect, test } from 'vitest';
import { settingsRow } from '../../test/fakes/settings-row.ts';
import { saveShortcut } from './save-shortcut.ts';
import { FakeClient } from './test-rows.ts';
import { Shortcuts } from './shortcuts.ts';

const scene = (taken: readonly string[] = []) => {
  const held = new Map<string, () => void>();
  const did: string[] = [];
  const shortcuts = new Shortcuts({
    register: (accelerator, pressed) => {
      if (accelerator.endsWith('F24')) throw new TypeError('conversion failure');
      if (taken.includes(accelerator) || held.has(accelerator)) return false;
      held.set(accelerator, pressed);
      return true;
    },
    unregister: (accelerator) => void held.delete(accelerator),
    does: (name) => void did.push(name),
    platform: 'linux',
  });
  return { shortcuts, held, did };
};
const u = 'Control+Shift+U';
const o = 'Control+Shift+O';

test('is off at first, and does what it is for once it has keys', () => {
  const { shortcuts, held, did } = scene();
  expect(shortcuts.follow(settingsRow())).toEqual([]);
  expect(held.size).toBe(0);
  expect(shortcuts.set('clipboard', u)).toBeUndefined();
  expect(shortcuts.set('files', o)).toBeUndefined();
  held.get(u)?.();
  held.get(o)?.();
  expect(did).toEqual(['clipboard', 'files']);
});

test('keys that the system refuses are reported, and the earlier ones stay', () => {
  const { shortcuts, held } = scene([o]);
  shortcuts.set('clipboard', u);
  expect(shortcuts.set('clipboard', o)).toEqual({ code: 'shortcut-refused', params: { keys: 'Ctrl+Shift+O' } });
  expect(shortcuts.set('clipboard', 'Alt+F24')).toMatchObject({ code: 'shortcut-refused' });
  expect([...held.keys()]).toEqual([u]);
});

test('two shortcuts never have the same keys', () => {
  const { shortcuts } = scene();
  shortcuts.set('clipboard', u);
  expect(shortcuts.set('files', u)).toEqual({ code: 'shortcut-same', params: { keys: 'Ctrl+Shift+U' } });
});

test('keys that are given up are free for other programs', () => {
  const { shortcuts, held } = scene();
  shortcuts.set('clipboard', u);
  shortcuts.set('clipboard', o);
  expect([...held.keys()]).toEqual([o]);
  shortcuts.set('clipboard', null);
  expect(held.size).toBe(0);
});

test('follows the settings, swaps what they swap, and reports a refusal once', () => {
  const { shortcuts, held } = scene(['Alt+F1']);
  shortcuts.follow(settingsRow({ shortcutClipboard: u }));
  expect(shortcuts.follow(settingsRow({ shortcutFiles: u }))).toEqual([]);
  expect([...held.keys()]).toEqual([u]);
  const refused = settingsRow({ shortcutFiles: u, shortcutClipboard: 'Alt+F1' });
  expect(shortcuts.follow(refused)).toMatchObject([{ code: 'shortcut-refused' }]);
  expect(shortcuts.follow(refused)).toEqual([]);
  expect([...held.keys()]).toEqual([u]);
});

test('keys are saved once the system has them, and are given up where they cannot be saved', async () => {
  const { shortcuts, held } = scene([o]);
  const saved: unknown[] = [];
  const client = new FakeClient({
    'settings.set': (input) => {
      saved.push(input);
      if (input.shortcutFiles !== undefined) throw new Error('disk full');
      return settingsRow();
    },
  });
  await saveShortcut(shortcuts, client, 'clipboard', u);
  expect(saved).toEqual([{ shortcutClipboard: u }]);
  await expect(saveShortcut(shortcuts, client, 'clipboard', o)).rejects.toMatchObject({
    problem: { code: 'shortcut-refused' },
  });
  expect(saved).toHaveLength(1);
  await expect(saveShortcut(shortcuts, client, 'files', 'Alt+F1')).rejects.toThrow('disk full');
  expect([...held.keys()]).toEqual([u]);
});

test('at the end every key is free, and none is taken any more', () => {
  const { shortcuts, held } = scene();
  shortcuts.set('clipboard', u);
  shortcuts.end();
  expect(held.size).toBe(0);
  shortcuts.follow(settingsRow({ shortcutClipboard: u }));
  expect(held.size).toBe(0);
});
