import { expect, it } from 'vitest';
import { asSaid } from '../../preload/problems/reasons.ts';
import { describe, problem, type Problem } from '../../preload/problems.ts';
import { answerLines, limitLines, placeOf, tryWords } from './words.ts';

const view = (reason: Problem) => {
  const { happened, means, todo, action } = describe(reason);
  const message = [happened, means, todo].filter((part) => part !== '').join(' ');
  return { code: reason.code, params: { ...reason.params }, message, ...(action && { action }) };
};
const day = 86_400;

it('says of a server only what is known of it', () => {
  const texts = (...args: Parameters<typeof limitLines>) => limitLines(...args).map(({ text }) => text);
  expect(texts({ fileSize: 50e9, expirySeconds: 30 * day })).toEqual([
    'Files up to 50 GB',
    'Keeps files 30 days at most',
  ]);
  const none = { expiry: false, ownKey: false, groups: false, revoke: false, zeroByteFiles: true };
  expect(texts({ groupSize: 10 }, none)).toEqual([]);
});

it('puts a problem beside the field that mends it', () => {
  const input = (where: string) => placeOf(view(problem('input-invalid', { where, why: asSaid('') })));
  expect(placeOf(view(problem('password-wrong', { server: 'a' })))).toBe('secret');
  expect(placeOf(view(problem('server-name-taken', { name: 'a' })))).toBe('name');
  expect(placeOf(view(problem('file-missing', { path: '/ca' })))).toBe('caFile');
  expect([input('connection.pin'), input('name'), input('elsewhere')]).toEqual(['pin', 'name', 'form']);
  expect(placeOf({ code: 'constructor', params: {}, message: '' })).toBe('form');
});

it('promises nothing that goes on by itself to whoever only tried', () => {
  const unreachable = view(problem('server-unreachable', { server: 'nas', reason: asSaid('refused') }));
  expect(tryWords(unreachable, 'Nothing was saved.')).toBe('nas does not answer (refused). Nothing was saved.');
  const taken = view(problem('server-name-taken', { name: 'nas' }));
  expect(tryWords(taken, 'Nothing was saved.')).toBe(taken.message);
});

it('warns of an address that is not encrypted, but not on this machine', () => {
  const tones = (address: string) =>
    answerLines(address, { address, kindTitle: 'Kind', needsPassword: false, signIn: 'password' }, false).map(
      ({ tone }) => tone,
    );
  expect(tones('http://nas.example.org')).toContain('warn');
  expect(tones('http://127.0.0.1:80')).not.toContain('warn');
  expect(tones('https://nas.example.org')).not.toContain('warn');
});
