import { expect, it } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../api/views.ts';
import { sentence, sentenceOfTry } from './words.ts';

it('says what to do by the options of the terminal', () => {
  expect(sentence(problemView(problem('server-choice', { names: 'a, b' })))).toBe(
    'Several servers are saved (a, b), and none is the default. Nothing was sent. Name one by --server.',
  );
  expect(sentence(problemView(problem('option-unsupported', { option: '--key', server: 'nas' })))).toBe(
    'nas has no own share keys. Nothing was sent. Leave out --key.',
  );
  expect(sentenceOfTry(problemView(problem('vault-unchosen')), 'Nothing was saved.')).toContain('--vault file');
});

it('leaves the words of another version, and those that suit every host, as they are', () => {
  const newer = { code: 'server-none', params: {}, message: 'Words of tomorrow.' };
  expect(sentence(newer)).toBe('Words of tomorrow.');
  const busy = problemView(problem('server-busy', { server: 'nas', status: 503 }));
  expect(sentence(busy)).toBe(busy.message);
  expect(sentence({ code: 'constructor', params: {}, message: 'Of a prototype.' })).toBe('Of a prototype.');
});
