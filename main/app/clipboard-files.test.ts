import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileFormats, filesIn, longest } from './clipboard-files.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

test('a list of addresses gives the files of this machine, and no others', () => {
  const list = [
    '# from a file manager',
    'file:///home/me/a%20b%C3%A4.txt',
    'file://localhost/home/me/c',
    'file://nas/share/d',
    'https://example.org/e',
    'file:///home/me/a%20b%C3%A4.txt',
    'file:///home/me/%00f',
    'relative/g',
    '',
  ].join('\r\n');
  expect(filesIn('text/uri-list', bytes(list), 'linux')).toEqual(['/home/me/a bä.txt', '/home/me/c']);
  expect(filesIn('text/uri-list', bytes('file:///C:/Users/me/a%20b.txt'), 'win32')).toEqual([
    String.raw`C:\Users\me\a b.txt`,
  ]);
});

test('what was copied or cut in GNOME is read, and nothing else that looks like it', () => {
  expect(filesIn('x-special/gnome-copied-files', bytes('copy\nfile:///a\nfile:///b\0'), 'linux')).toEqual(['/a', '/b']);
  expect(filesIn('x-special/gnome-copied-files', bytes('cut\nfile:///a'), 'linux')).toEqual(['/a']);
  expect(filesIn('x-special/gnome-copied-files', bytes('file:///a\nfile:///b'), 'linux')).toEqual([]);
});

test('property lists and addresses of macOS', () => {
  const list = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><array><string>/Users/me/a &amp; b.txt</string><string>relative</string><integer>7</integer></array></plist>`;
  expect(filesIn('NSFilenamesPboardType', bytes(list), 'darwin')).toEqual(['/Users/me/a & b.txt']);
  expect(filesIn('NSFilenamesPboardType', bytes('<plist><string>/a</string></plist>'), 'darwin')).toEqual([]);
  expect(filesIn('NSFilenamesPboardType', bytes('no list'), 'darwin')).toEqual([]);
  expect(filesIn('public.file-url', bytes('file:///Users/me/a.txt'), 'darwin')).toEqual(['/Users/me/a.txt']);
});

test('structures of Windows', () => {
  const names = [String.raw`C:\a b.txt`, String.raw`\\nas\share\ä.txt`];
  const head = Buffer.alloc(20);
  head.writeUInt32LE(20, 0);
  head.writeUInt32LE(1, 16);
  const drop = Buffer.concat([head, Buffer.from(`${names.join('\0')}\0\0`, 'utf16le')]);
  expect(filesIn('CF_HDROP', drop, 'win32')).toEqual(names);
  const narrow = Buffer.from(drop);
  narrow.writeUInt32LE(0, 16);
  expect(filesIn('CF_HDROP', narrow, 'win32')).toEqual([]);
  const beyond = Buffer.from(drop);
  beyond.writeUInt32LE(9_999, 0);
  expect(filesIn('CF_HDROP', beyond, 'win32')).toEqual([]);
  expect(filesIn('FileNameW', Buffer.from(`${names[0]}\0garbage`, 'utf16le'), 'win32')).toEqual([names[0]]);
});

test('any content is read without harm, and what is too long not at all', () => {
  fc.assert(
    fc.property(fc.constantFrom(...fileFormats), fc.uint8Array({ maxLength: 300 }), (format, content) => {
      for (const path of filesIn(format, content, 'linux')) expect(path).toMatch(/^\//);
    }),
  );
  expect(filesIn('text/uri-list', Buffer.alloc(longest + 1, 'file:///a\n'), 'linux')).toEqual([]);
});
