import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepWindow, readWindow } from './kept-window.ts';

const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-window-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
};
const usual = { maximised: false, theme: 'system' };

test('a window is found again as it was left', () => {
  const profile = folder();
  expect(readWindow(profile)).toEqual(usual);
  const left = { bounds: { x: -5, y: 10, width: 800, height: 600 }, maximised: true, theme: 'dark' } as const;
  keepWindow(profile, left);
  expect(readWindow(profile)).toEqual(left);
  expect(fs.readdirSync(profile)).toEqual(['window.json']);
});

test('a file that is not as expected is the usual window', () => {
  const profile = folder();
  for (const text of ['', '{', 'null', '7', '{"bounds":{"x":"1","y":0,"width":1,"height":1},"theme":7}']) {
    fs.writeFileSync(path.join(profile, 'window.json'), text);
    expect(readWindow(profile)).toEqual(usual);
  }
});

test('a profile that cannot be written is no reason to fail', () => {
  const profile = path.join(folder(), 'gone');
  keepWindow(profile, { maximised: false, theme: 'light' });
  expect(readWindow(profile)).toEqual(usual);
});
