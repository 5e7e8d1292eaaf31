import { describe, expect, it } from 'vitest';
import { asSaid } from './problems/reasons.ts';
import { clipboardText, isMoment, safeLink, visible } from './bounds.ts';
import { duration, time } from './format.ts';
import { describe as describeProblem, problem } from './problems.ts';

describe('a link that is given out', () => {
  it.each([
    ['https://web.example/d?abc', 'https://web.example/d?abc'],
    ['http://127.0.0.1:5212/s/aB1/pass%20word', 'http://127.0.0.1:5212/s/aB1/pass%20word'],
  ])('stays as it is: %s', (link, shown) => {
    expect(safeLink(link)).toBe(shown);
  });

  it('is one line without a control or bidi character, whatever stands in it', () => {
    const link = safeLink('https://web.example/d?abc\nrm -rf ~\r\u001b[2J\u202egpj.exe');
    expect(link).toMatch(/^https:\/\/web\.example\/d\?[\x21-\x7e]+$/);
    expect(link).toContain('%0Arm%20-rf');
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'smb://host/x', 'no address', '', undefined])(
    'is none where it is %s',
    (link) => {
      expect(safeLink(link)).toBeUndefined();
    },
  );
});

it('text for a clipboard keeps its lines and loses what is no text', () => {
  expect(clipboardText('https://a/1\nhttps://a/2\r\u001b[31m\u202e\u0000')).toBe('https://a/1\nhttps://a/2[31m');
});

describe('a time', () => {
  it.each([1e308, -1, NaN, Infinity, 8.64e15 + 1, 253_402_300_800_000, null, undefined])('is none: %s', (at) => {
    expect(isMoment(at)).toBe(false);
  });

  it('that is none is said as such, and never throws', () => {
    expect(time(1e308)).toBe('an unknown time');
    expect(duration(1e308)).toBe('more than 1000 years');
    expect(duration(NaN)).toBe('more than 1000 years');
  });
});

it('the words of a problem repeat nothing of a server that could steer a terminal, and not all of a long text', () => {
  const words = '\u001b]0;owned\u0007\u202e'.padEnd(5_000, 'x');
  const { happened } = describeProblem(
    problem('server-refused', { server: 'peer\n', status: 400, words: asSaid(words) }),
  );
  expect(happened).toContain('peer\\n');
  expect(happened).toContain('\\x1b]0;owned\\x07\\u202e');
  expect(happened.length).toBeLessThan(1_200);
  expect(visible(happened)).toBe(happened);
});
