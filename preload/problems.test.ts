import { describe as suite, expect, it } from 'vitest';
import { describe, problemTable } from './problems.ts';

/** What only a terminal meets, or what a browser needs a terminal for. */
const ofTheTerminal: readonly string[] = [
  'link-over',
  'outside-root',
  'request-refused',
  'sign-in-needed',
  'web-cannot-listen',
  'web-not-running',
  'web-password-missing',
  'web-password-wait',
  'web-running',
  'window-not-built',
];

suite('the words of a problem', () => {
  it('are a sentence also for codes of another version, and for params that do not fit', () => {
    for (const p of [
      { code: 'of-tomorrow', params: {} },
      { code: 'constructor', params: {} },
      { code: 'too-large', params: { name: 'a' } },
    ])
      expect(describe(p).happened).toContain(p.code);
  });

  it('name no option and no command that a window does not have', () => {
    const params = new Proxy({}, { get: (_, key) => (/name|server|path|option/.test(String(key)) ? 'x' : 1) });
    for (const code of Object.keys(problemTable).filter((code) => !ofTheTerminal.includes(code))) {
      const { happened, means, todo } = describe({ code, params });
      expect(`${happened} ${means} ${todo}`, code).not.toMatch(/(^|[\s(])--[a-z]|stevedore [a-z]/);
    }
  });
});
