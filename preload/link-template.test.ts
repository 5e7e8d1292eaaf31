import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLinkTemplate, linkText, templateFor, templateLongest, unknownPlaceholders } from './link-template.ts';

const link = 'https://h/d?k=1&n=2';
const facts = (name: string, expiresAt?: number) => ({ link, names: [name], size: 1_500_000, expiresAt });

describe('presets', () => {
  it('writes the address alone', () => {
    expect(linkText('plain', facts('a.txt'))).toBe(link);
  });

  it('writes Markdown in which no name ends its brackets or formats anything', () => {
    expect(linkText('markdown', facts('a.txt'))).toBe(`[a.txt](${link})`);
    expect(linkText('markdown', facts('x](http://evil) *b* <i> `c`'))).toBe(
      `[x\\](http://evil) \\*b\\* \\<i\\> \\\`c\\\`](${link})`,
    );
  });

  it('writes Markdown whose address survives brackets and what looks like an entity', () => {
    const odd = { ...facts('a'), link: 'https://h/a_(b)?x=1&copy;=2' };
    expect(linkText('markdown', odd)).toBe('[a](https://h/a_\\(b\\)?x=1\\&copy;=2)');
  });

  it('writes HTML in which no name or link ends its tag', () => {
    expect(linkText('html', facts(`"><script>'&`))).toBe(
      '<a href="https://h/d?k=1&amp;n=2">&quot;&gt;&lt;script&gt;&#39;&amp;</a>',
    );
  });

  it('names the files of a group together', () => {
    expect(linkText('markdown', { link, names: ['a', 'b'], size: 2 })).toBe(`[a and b](${link})`);
  });
});

describe('a text of the user’s own', () => {
  it('has the name, the size and when the link expires', () => {
    const until = new Date(2027, 0, 2, 3, 4).getTime();
    expect(linkText('{name} ({size}, {expires}): {link}', facts('a.txt', until))).toBe(
      `a.txt (1.5 MB, 2027-01-02 03:04): ${link}`,
    );
    expect(linkText('{link} {expires}', facts('a.txt'))).toBe(`${link} no expiry date`);
  });

  it('does not fill in what stands in a name', () => {
    expect(linkText('{name}: {link}', facts('{link} {size}'))).toBe(`{link} {size}: ${link}`);
    expect(linkText('{name}: {link}', facts('$& $1'))).toBe(`$& $1: ${link}`);
  });

  it('keeps braces that are no placeholder', () => {
    expect(linkText('{"url": "{link}"}', facts('a'))).toBe(`{"url": "${link}"}`);
  });

  it('needs the link, has only known placeholders, and is no longer than allowed', () => {
    expect(isLinkTemplate('{link}')).toBe(true);
    expect(isLinkTemplate('{name}')).toBe(false);
    expect(isLinkTemplate('{link} {nmae}')).toBe(false);
    expect(isLinkTemplate('{LINK}')).toBe(false);
    expect(isLinkTemplate(`{link}${'x'.repeat(templateLongest)}`)).toBe(false);
    expect(unknownPlaceholders('{link} {nmae} {nmae} {Size}')).toEqual(['nmae', 'Size']);
  });

  it('is written as a plain address where it cannot be used', () => {
    expect(linkText('{link} {later}', facts('a'))).toBe(link);
    expect(linkText('asciidoc', facts('a'))).toBe(link);
  });
});

describe('hostile names', () => {
  const names = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...Array.from('[]()<>"\'&\\\n\u202e\u05d0{}')) }),
  );

  it('keep each link on one line, whatever the template is', () => {
    fc.assert(
      fc.property(names, fc.constantFrom('plain', 'markdown', 'html', '{name}: {link}'), (name, template) => {
        expect(linkText(template, facts(name))).not.toMatch(/[\p{Cc}\u202a-\u202e\u2028]/u);
      }),
    );
  });

  it('are one text in HTML, which reads as the name', () => {
    fc.assert(
      fc.property(names, (name) => {
        const html = linkText('html', facts(name)) ?? '';
        expect(html.match(/[<>]/g)).toEqual(['<', '>', '<', '>']);
        expect(html.match(/"/g)).toHaveLength(2);
      }),
    );
  });

  it('never end the brackets of Markdown', () => {
    fc.assert(
      fc.property(names, (name) => {
        const text = linkText('markdown', facts(name)) ?? '';
        const bare = text.replace(/\\[\\`*_[\]<>&~|()]/g, '');
        expect(bare.match(/[[\]]/g)).toEqual(['[', ']']);
      }),
    );
  });

  it('turn no text around, and right-to-left names stay as they are', () => {
    expect(linkText('{name}: {link}', facts('\u202egpj.exe'))).toBe(`\\u202egpj.exe: ${link}`);
    expect(linkText('{name}: {link}', facts('\u05e9\u05dc\u05d5\u05dd.pdf'))).toBe(
      `\u05e9\u05dc\u05d5\u05dd.pdf: ${link}`,
    );
  });
});

it('gives out only links of the web', () => {
  expect(linkText('html', { ...facts('a'), link: 'javascript:alert(1)' })).toBeUndefined();
});

it('is the server’s own template before the one of the settings', () => {
  expect(templateFor({ linkTemplate: 'html' }, { linkTemplate: 'markdown' })).toBe('html');
  expect(templateFor({}, { linkTemplate: 'markdown' })).toBe('markdown');
  expect(templateFor(undefined, undefined)).toBe('plain');
});
