/** The catalogue and the code that reads it: no key without a use, and every problem's params in its words. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe as suite, expect, it } from 'vitest';
import { m } from './paraglide/messages.js';
import { problemTable } from './problems.ts';
import { reasonCodes, reasonWith, reasonWords, asSaid } from './problems/reasons.ts';
import type { ProblemEntry } from './problems/words.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
const catalogue = Object.fromEntries(
  globSync('messages/en/*.json', { cwd: root }).flatMap((file) =>
    Object.entries(JSON.parse(read(file)) as Readonly<Record<string, unknown>>),
  ),
);
const keys = Object.keys(catalogue).filter((key) => key !== '$schema');

suite('the catalogue', () => {
  it('has one text for a key, in one file', () => {
    const all = globSync('messages/en/*.json', { cwd: root }).flatMap((file) =>
      [...read(file).matchAll(/^ {2}"(\w+)":/gm)].map(([, key]) => key),
    );
    expect(all.toSorted()).toEqual(keys.toSorted());
  });

  it('has no text that nothing shows', () => {
    const sources = globSync('{main,preload,renderer}/**/*.{ts,svelte}', {
      cwd: root,
      exclude: (path) => path.endsWith('.test.ts') || path.endsWith('paraglide'),
    });
    const words = new Set(sources.flatMap((file) => read(file).match(/\w+/g) ?? []));
    expect(keys.filter((key) => !words.has(key))).toEqual([]);
  });

  /** All variants of a text. */
  const variants = (key: string): readonly string[] => {
    const text = catalogue[key] as string | readonly [{ readonly match: Readonly<Record<string, string>> }];
    return typeof text === 'string' ? [text] : Object.values(text[0].match);
  };
  const keyOf = (code: string): string => `problem_${code.replaceAll('-', '_')}`;

  it('says with every problem what happened and what it means, a line each, and uses each of its params', () => {
    for (const [code, [, params = {}]] of Object.entries<ProblemEntry>(problemTable)) {
      for (const text of variants(keyOf(code))) expect(text, code).toMatch(/^\S.*\n\S.*(\n\S.*)?$/);
      const texts = JSON.stringify(catalogue[keyOf(code)]);
      const named = new Set(
        [...texts.matchAll(/\{(\w+)\}|input (\w+)/g)].map(([, shown, selected]) => shown ?? selected),
      );
      const known = Object.keys(params).flatMap((key) => [key, `${key}Given`]);
      expect(known, code).toEqual(expect.arrayContaining([...named]));
      for (const key of Object.keys(params))
        expect(named.has(key) || named.has(`${key}Given`), `${code}: ${key}`).toBe(true);
    }
  });

  it('has a problem under the key of its code', () => {
    const texts = Object.values<ProblemEntry>(problemTable).map(([words]) => words);
    const compiled: Readonly<Record<string, unknown>> = m;
    expect(texts).toEqual(Object.keys(problemTable).map((code) => compiled[keyOf(code)]));
  });

  it('has words for each code of a closed set', () => {
    for (const [code, [, params = {}]] of Object.entries<ProblemEntry>(problemTable)) {
      const texts = JSON.stringify(catalogue[keyOf(code)]);
      for (const [key, kind] of Object.entries(params))
        if (typeof kind === 'object') for (const one of kind) expect(texts, code).toContain(`${key}=${one}`);
    }
  });

  it('has words for each reason', () => {
    const [reasons] = catalogue['problem_reason'] as readonly [{ readonly match: Readonly<Record<string, string>> }];
    expect(Object.keys(reasons.match)).toEqual([...reasonCodes.map((code) => `reason=${code}`), 'reason=*']);
    expect(reasonWords(reasonWith('web-page-status', 502))).toBe('a web page (502)');
    expect(reasonWords(reasonWith('addresses-of-parts', 1, 3))).toBe('it gave 1 addresses for 3 parts');
    expect(reasonWords('EIO')).toBe('EIO');
    expect(reasonWords(asSaid('size'))).toBe('size');
    expect(reasonWords(asSaid('status:404'))).toBe('status:404');
  });
});
