import { expect, test } from 'vitest';
import { handedOver, ownWords, startArguments, wordsFor } from './arguments.ts';

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
  expect(startArguments(words, '/w')).toEqual({ paths: ['/w/a', '/w/--b', '/w/--profile'], links: [] });
});

test('reads the profile in both ways of writing it, and never as a file', () => {
  expect(startArguments(['--profile', 'p', 'a'], '/w')).toEqual({ profile: '/w/p', paths: ['/w/a'], links: [] });
  expect(startArguments(['--profile=/q=1', 'a'], '/w')).toEqual({ profile: '/q=1', paths: ['/w/a'], links: [] });
  expect(startArguments(['--profile'], '/w')).toEqual({ paths: [], links: [] });
});

test('leaves out its own entry, wherever options of Electron have moved it', () => {
  const entries = ['/app/out/main/index.js', '/app'];
  expect(ownWords(['/electron', '--inspect=0', 'out/main/index.js', 'a'], '/app', entries)).toEqual(['a']);
  expect(ownWords(['/electron', '.', 'a'], '/app', entries)).toEqual(['a']);
  expect(ownWords(['/opt/Stevedore/stevedore', 'a'], '/home/me', entries)).toEqual(['a']);
});

test('reads that files are to be chosen', () => {
  expect(startArguments(['--choose'], '/w')).toEqual({ paths: [], links: [], choose: true });
  expect(startArguments(['--', '--choose'], '/w')).toEqual({ paths: ['/w/--choose'], links: [] });
  expect(handedOver({ paths: [], links: [], choose: true }, [], '/')).toEqual({ paths: [], links: [], choose: true });
});

test('reads the server that files are meant for', () => {
  expect(startArguments(['--server', 'id-1', 'a'], '/w')).toEqual({ serverId: 'id-1', paths: ['/w/a'], links: [] });
});

test('takes the links of its own schemes, whatever their case, and no other ones', () => {
  const words = ['STEND://settings/x', 'stevedore://add-server?address=a', 'https://example.org/', 'stend:x'];
  const { paths, links } = startArguments(words, '/w', ['stend', 'stevedore']);
  expect(paths).toEqual([]);
  expect(links).toEqual(['STEND://settings/x', 'stevedore://add-server?address=a', 'stend:x']);
});

test('takes a link after -- as no link, and cuts an endless one', () => {
  expect(startArguments(['--', 'stend://x'], '/w', ['stend'])).toEqual({ paths: [], links: [] });
  const [link = ''] = startArguments([`stend://${'x'.repeat(50_000)}`], '/w', ['stend']).links;
  expect(link).toHaveLength(10_000);
});

test('believes what a second start says of its files, and only what can be true', () => {
  expect(handedOver({ paths: ['/a', 7, 'relative', '/b'] }, ['/c'], '/')).toEqual({ paths: ['/a', '/b'], links: [] });
  expect(handedOver({ paths: [], links: ['stend://x', 7], serverId: 'a' }, [], '/')).toEqual({
    paths: [],
    links: ['stend://x'],
    serverId: 'a',
  });
});

test('reads the command line of a second start that says nothing', () => {
  expect(handedOver(undefined, ['--x', '--profile=p', 'c'], '/w')).toEqual({ paths: ['/w/c'], links: [] });
  expect(handedOver({ paths: 'no' }, ['c'], '/w')).toEqual({ paths: ['/w/c'], links: [] });
});

test('hands its files over to a later start, and no link, which may hold a password', () => {
  const handed = { paths: ['/a', '/--b'], links: ['stend://x?password=y'], serverId: 'id-1' };
  expect(wordsFor(handed)).toEqual(['--server', 'id-1', '--', '/a', '/--b']);
  expect(startArguments(wordsFor(handed), '/')).toEqual({ ...handed, links: [] });
});
