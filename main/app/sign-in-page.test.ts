import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { signInBounds, signInPage } from './sign-in-page.ts';

const page = signInPage('https://files.example.org/session', 'cloudreve_session');

describe('a server’s own sign-in page', () => {
  it.each([
    ['https://files.example.org/session', 'files.example.org – Stevedore'],
    ['https://files.example.org:8443/session', 'files.example.org:8443 – Stevedore'],
    // A host that only looks like another one, one behind a name, and a way that anybody can read.
    ['https://fіles.example.org/session', 'xn--fles-l9d.example.org – Stevedore'],
    ['https://files.example.org@evil.example/session', 'evil.example – Stevedore'],
    ['http://files.example.org/session', 'http://files.example.org – Stevedore'],
  ])('%s has the title %s', (address, title) => expect(signInPage(address, 's').title).toBe(title));

  it.each([
    ['https://files.example.org/', true],
    ['https://files.example.org/home?path=x#y', true],
    ['https://files.example.org:443/home', true],
    ['https://files.example.org:8443/home', false],
    ['http://files.example.org/home', false],
    ['https://files.example.org.evil.example/', false],
    ['https://files.example.org@evil.example/', false],
    ['https://evil.example/https://files.example.org/', false],
    ['https://www.google.com/recaptcha/api2/anchor', false],
    ['blob:https://files.example.org/8e9c', false],
    ['data:text/html,hello', false],
    ['file:///etc/passwd', false],
    ['app://bundle/', false],
    ['javascript:alert(1)', false],
    ['about:blank', false],
    ['', false],
    ['no address', false],
  ])('shows %s: %s', (url, may) => {
    expect(page.mayShow(url)).toBe(may);
    expect(page.mayLoad({ url, resourceType: 'mainFrame' })).toBe(may);
  });

  it.each([
    ['https://www.google.com/recaptcha/api.js', 'script', true],
    ['https://challenges.cloudflare.com/turnstile/v0/', 'subFrame', true],
    ['wss://files.example.org/events', 'webSocket', true],
    ['http://cap.example.org/assets/widget.wasm', 'xhr', true],
    ['data:image/png;base64,AAAA', 'image', true],
    ['blob:https://files.example.org/8e9c', 'script', true],
    ['file:///etc/passwd', 'subFrame', false],
    ['app://bundle/index.html', 'subFrame', false],
    ['devtools://devtools/bundled/inspector.html', 'subFrame', false],
    ['chrome://gpu', 'image', false],
    ['ftp://files.example.org/', 'subFrame', false],
    ['nonsense', 'other', false],
  ])('loads %s as %s: %s', (url, resourceType, may) => expect(page.mayLoad({ url, resourceType })).toBe(may));

  it('asks the page of its own origin alone', () => {
    const asked: string[] = [];
    const localStorage = {
      getItem: (name: string) => {
        asked.push(name);
        return 'text';
      },
    };
    const look = (origin: string): unknown => runInNewContext(page.script, { location: { origin }, localStorage });
    expect(look('https://evil.example')).toEqual([]);
    expect(asked).toEqual([]);
    expect(look('https://files.example.org')).toEqual(['https://files.example.org', 'text']);
    expect(asked).toEqual(['cloudreve_session']);
  });

  it('asks for a name as it is, whatever stands in it', () => {
    const name = '\')]; fetch("https://evil.example"); //\u2028`${x}';
    const asked: string[] = [];
    runInNewContext(signInPage('https://a.example', name).script, {
      location: { origin: 'https://a.example' },
      localStorage: { getItem: (wanted: string) => asked.push(wanted) },
    });
    expect(asked).toEqual([name]);
  });

  it.each([
    ['text of the server’s page', ['https://files.example.org', '{}'], '{}'],
    ['the longest', ['https://files.example.org', 'x'.repeat(100_000)], 'x'.repeat(100_000)],
    ['too long a one', ['https://files.example.org', 'x'.repeat(100_001)], undefined],
    ['nothing', ['https://files.example.org', null], undefined],
    ['an empty one', ['https://files.example.org', ''], undefined],
    ['that of another page', ['https://evil.example', '{}'], undefined],
    ['another page’s silence', [], undefined],
    ['an object', { 0: 'https://files.example.org', 1: '{}', length: 2 }, undefined],
    ['a text alone', '{}', undefined],
    ['no answer', undefined, undefined],
  ])('takes %s', (_what, looked, text) => expect(page.textIn(looked)).toBe(text));
});

describe('where the window of a sign-in opens', () => {
  const screen = { x: 0, y: 25, width: 1920, height: 1055 };

  it.each([
    [
      'in the middle of the window that asked',
      { x: 400, y: 125, width: 1120, height: 720 },
      screen,
      [720, 125, 480, 720],
    ],
    [
      'on the screen, where that one hangs over',
      { x: -300, y: 700, width: 720, height: 480 },
      screen,
      [0, 360, 480, 720],
    ],
    ['and at its other end', { x: 1800, y: -200, width: 720, height: 480 }, screen, [1440, 25, 480, 720]],
    [
      'no larger than a small screen',
      { x: 0, y: 0, width: 720, height: 480 },
      { x: 0, y: 0, width: 800, height: 600 },
      [120, 0, 480, 600],
    ],
    [
      'never too small for a captcha',
      { x: 0, y: 0, width: 300, height: 300 },
      { x: 0, y: 0, width: 320, height: 240 },
      [0, 0, 360, 480],
    ],
  ])('is %s', (_where, asker, area, [x, y, width, height]) =>
    expect(signInBounds(asker, area)).toEqual({ x, y, width, height }),
  );
});
