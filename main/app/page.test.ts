import { expect, test } from 'vitest';
import { appPage, outsideLink } from './page.ts';

const page = appPage();

test('owns its own files and nothing that looks like them', () => {
  expect(page.owns('app://bundle/')).toBe(true);
  expect(page.owns('app://bundle/assets/x.js?y#z')).toBe(true);
  for (const other of [
    'app://bundle.example/',
    'app://bundle:1/',
    'app://me@bundle/',
    'app://other/',
    'https://bundle/',
    'file:///app://bundle/',
    'about:blank',
    '',
    'bundle',
  ])
    expect(page.owns(other), other).toBe(false);
});

test('loads no address but its own, and pictures in the page itself', () => {
  expect(page.mayLoad('app://bundle/x.css')).toBe(true);
  expect(page.mayLoad('data:image/png;base64,AA')).toBe(true);
  for (const other of ['http://127.0.0.1/', 'https://example.org/x.js', 'ws://127.0.0.1/', 'file:///etc/passwd'])
    expect(page.mayLoad(other), other).toBe(false);
});

test('lets its page run its own scripts only, and talk to nobody', () => {
  expect(page.policy).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
      "connect-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  );
});

test('a developer’s server is loaded with its socket, and it alone', () => {
  const dev = appPage('http://localhost:5173/');
  expect(dev.url).toBe('http://localhost:5173/');
  expect(dev.owns('http://localhost:5173/src/x.ts')).toBe(true);
  expect(dev.owns('http://localhost:5174/')).toBe(false);
  expect(dev.owns('app://bundle/')).toBe(false);
  expect(dev.mayLoad('ws://localhost:5173/?token=x')).toBe(true);
  expect(dev.mayLoad('ws://localhost:9999/')).toBe(false);
  expect(dev.policy).toContain("connect-src 'self' ws://localhost:5173;");
});

test('a developer’s server that is none is not believed', () => {
  expect(appPage('javascript:alert(1)').url).toBe('app://bundle/');
  expect(appPage('').url).toBe('app://bundle/');
});

test('only pages of the web go to the system’s browser', () => {
  expect(outsideLink('https://example.org/d?k7m2')).toBe('https://example.org/d?k7m2');
  expect(outsideLink('HTTP://example.org')).toBe('http://example.org/');
  for (const other of ['file:///etc/passwd', 'javascript:alert(1)', 'smb://x/y', 'ms-msdt:/id', 'x', ''])
    expect(outsideLink(other), other).toBeUndefined();
});
