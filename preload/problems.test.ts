import { describe as suite, expect, it } from 'vitest';
import { describe } from './problems.ts';

suite('the words of a problem', () => {
  it('are a sentence also for codes of another version, and for params that do not fit', () => {
    for (const p of [
      { code: 'of-tomorrow', params: {} },
      { code: 'constructor', params: {} },
      { code: 'too-large', params: { name: 'a' } },
    ])
      expect(describe(p).happened).toContain(p.code);
  });
});
