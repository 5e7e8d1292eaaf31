import { describe, expect, it } from 'vitest';
import { webLink } from './web-link.ts';

describe('a link that may be opened', () => {
  it('is a page on the web', () => {
    expect(webLink('https://hafen.example/d?k7m2')?.host).toBe('hafen.example');
    expect(webLink('http://127.0.0.1:8080/x')?.port).toBe('8080');
  });
  it('is nothing that runs or reads files', () => {
    for (const link of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'no link', '', undefined])
      expect(webLink(link)).toBeUndefined();
  });
});
