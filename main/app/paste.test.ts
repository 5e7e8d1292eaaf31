import { expect, test } from 'vitest';
import { pastedMost } from '../../preload/pasted-name.ts';
import type { FileFormat } from './clipboard-files.ts';
import { readClipboard, uploadClipboard, type ClipboardPort } from './paste.ts';

const holds = (
  what: { raw?: Partial<Record<FileFormat, string>>; png?: Uint8Array; text?: string } = {},
): ClipboardPort => ({
  raw: (format) => Promise.resolve(what.raw?.[format] === undefined ? undefined : Buffer.from(what.raw[format])),
  png: () => Promise.resolve(what.png),
  text: () => Promise.resolve(what.text ?? ''),
});
const picture = Buffer.from('a picture');

test('files come before a picture, and a picture before text', async () => {
  const raw = { 'text/uri-list': 'file:///a\r\nfile:///b' };
  expect(await readClipboard(holds({ raw, png: picture, text: '/a' }))).toEqual({ kind: 'files', paths: ['/a', '/b'] });
  expect(await readClipboard(holds({ png: picture, text: 'a' }))).toMatchObject({
    kind: 'content',
    name: expect.stringMatching(/^Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/) as string,
    content: picture,
  });
  const text = await readClipboard(holds({ text: 'grüße' }));
  expect(text).toMatchObject({ kind: 'content', name: expect.stringMatching(/\.txt$/) as string });
  expect(text.kind === 'content' && Buffer.from(text.content).toString()).toBe('grüße');
});

test('addresses of web pages are text, and no files', async () => {
  const raw = { 'text/uri-list': 'https://example.org/' };
  expect(await readClipboard(holds({ raw, text: 'https://example.org/' }))).toMatchObject({ kind: 'content' });
});

test('an empty clipboard, one that is held, and one with too much are refused in words', async () => {
  expect(await readClipboard(holds({ text: ' \n' }))).toMatchObject({ problem: { code: 'clipboard-empty' } });
  const held = (): Promise<never> => Promise.reject(new Error('held'));
  expect(await readClipboard({ raw: held, png: held, text: held })).toMatchObject({
    problem: { code: 'clipboard-empty' },
  });
  expect(await readClipboard(holds({ png: Buffer.alloc(pastedMost + 1) }))).toMatchObject({
    problem: { code: 'pasted-large' },
  });
});

test('uploads files as they are, and content from where it is kept', async () => {
  const did: unknown[] = [];
  const upload = (clipboard: ClipboardPort): Promise<void> =>
    uploadClipboard({
      clipboard,
      keep: (name) => Promise.resolve(`/profile/pasted/${name.slice(-3)}`),
      upload: (paths) => did.push(paths),
      refuse: ({ code }) => did.push(code),
    });
  await upload(holds({ raw: { 'public.file-url': 'file:///a' } }));
  await upload(holds({ png: picture }));
  await upload(holds());
  expect(did).toEqual([['/a'], ['/profile/pasted/png'], 'clipboard-empty']);
});
