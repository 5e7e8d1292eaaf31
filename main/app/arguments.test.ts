import { expect, test } from 'vitest';
import { handedOver, ownWords, startArguments } from './arguments.ts';

test('makes paths absolute against the folder it was started in, each once', () => {
  expect(startArguments(['a b.txt', '/x/y.bin', './a b.txt', '設計.pdf'], '/home/me').paths).toEqual([
    '/home/me/a b.txt',
    '/x/y.bin',
    '/home/me/設計.pdf',
  ]);
});

test('takes the files of a file manager that hands over addresses', () => {
  expect(startArguments(['file:///home/me/a%20b.txt'], '/').paths).toEqual(['/home/me/a b.txt']);
});

test('takes no link and no broken address for a file', () => {
  expect(startArguments(['https://example.org/x', 'stend://x', 'file://%zz', ''], '/home').paths).toEqual([]);
});

test('passes over options that are not its own, and takes everything after -- as a path', () => {
  const words = ['--remote-debugging-port=0', '-psn_0_123', 'a', '--', '--b', '--profile'];
  expect(startArguments(words, '/w')).toEqual({ paths: ['/w/a', '/w/--b', '/w/--profile'] });
});

test('reads the profile in both ways of writing it, and never as a file', () => {
  expect(startArguments(['--profile', 'p', 'a'], '/w')).toEqual({ profile: '/w/p', paths: ['/w/a'] });
  expect(startArguments(['--profile=/q=1', 'a'], '/w')).toEqual({ profile: '/q=1', paths: ['/w/a'] });
  expect(startArguments(['--profile'], '/w')).toEqual({ paths: [] });
});

test('leaves out its own entry, wherever options of Electron have moved it', () => {
  const entries = ['/app/out/main/index.js', '/app'];
  expect(ownWords(['/electron', '--inspect=0', 'out/main/index.js', 'a'], '/app', entries)).toEqual(['a']);
  expect(ownWords(['/electron', '.', 'a'], '/app', entries)).toEqual(['a']);
  expect(ownWords(['/opt/Stevedore/stevedore', 'a'], '/home/me', entries)).toEqual(['a']);
});

test('believes what a second start says of its files, and only paths of it', () => {
  expect(handedOver({ paths: ['/a', 7, 'relative', '/b'] }, ['/c'], '/')).toEqual(['/a', '/b']);
});

test('reads the command line of a second start that says nothing', () => {
  expect(handedOver(undefined, ['--x', 'c'], '/w')).toEqual(['/w/c']);
  expect(handedOver({ paths: 'no' }, ['c'], '/w')).toEqual(['/w/c']);
});
