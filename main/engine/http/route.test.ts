import { expect, test } from 'vitest';
import { providers } from '../providers/registry.ts';
import { routesOf } from './route.ts';

const route = routesOf(['files/info', 'share/:', 'share/info/:', 'upload/:/:']);
const of = (address: string): string => route(new URL(address));

test.each([
  ['https://a.example/files/info', '/files/info'],
  ['https://a.example/', '/'],
  ['https://a.example/share/hunter2', '/share/:…'],
  ['https://a.example/share/info/hunter2', '/share/info/:…'],
  ['https://a.example/upload/hunter2/3', '/upload/:…/:…'],
])('%s is shown as %s', (address, shown) => {
  expect(of(address)).toBe(shown);
});

test.each([
  'https://user:hunter2@a.example/files/info',
  'https://a.example/files/info?sharekey=hunter2&deletekey=hunter2#hunter2',
  'https://a.example/hunter2/files/info',
  'https://a.example/files/info/hunter2',
  'https://a.example/files/hunter2',
  'https://bucket.store.example/hunter2/a.txt?X-Signature=hunter2',
  'https://a.example/share/%2Fhunter2%2F',
  'https://a.example/share/hunter2/',
  'https://a.example//hunter2//files//info',
])('%s shows nothing of what is no name of a call', (address) => {
  expect(of(address)).not.toContain('hunter2');
});

test('a base path of the server is hidden as a whole', () => {
  expect(of('https://a.example/users/someone/files/info')).toBe('/:…/files/info');
});

test('the last segments decide, not what an id happens to look like', () => {
  expect(of('https://a.example/share/info')).toBe('/share/:…');
});

test('no provider shows a segment that is not literal in its list', () => {
  for (const { routes = [] } of providers.values())
    for (const template of routes) {
      const address = new URL(`https://a.example/${template.replaceAll(':', 'hunter2')}`);
      expect(routesOf(routes)(address)).not.toContain('hunter2');
    }
});
