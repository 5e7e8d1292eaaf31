import { describe, expect, it } from 'vitest';
import { addedWords, noticesOf, refusals, undoable, type Added } from './words.ts';
import { pathsOffer, type Offer } from './drop-offer.ts';

const problem = (code: string, message: string, params = {}): Added['notices'][number] => ({ code, params, message });
const result = (added: number[], more: Partial<Added> = {}): Added => ({ added, refused: [], notices: [], ...more });
const week = 604_800;

describe('the line after an add', () => {
  it('says how many went where and when they expire', () => {
    expect(addedWords(pathsOffer(['/a']), result([1]), 'Hafen', week, false)).toBe(
      '1 item to Hafen, expires in 7 days',
    );
    expect(addedWords(pathsOffer(['/a', '/b']), result([1, 2]), 'Hafen', week, false)).toBe(
      '2 items to Hafen, expire in 7 days',
    );
  });

  it('says how many files the folders held', () => {
    expect(addedWords(pathsOffer(['/a', '/box']), result([1, 2, 3, 4]), 'Hafen', 86_400, false)).toBe(
      '2 items (4 files) to Hafen, expire in 1 day',
    );
  });

  it('counts files alone where something stayed away', () => {
    const refused = [{ path: '/b', problem: problem('x', 'No.') }];
    expect(addedWords(pathsOffer(['/a', '/b']), result([1], { refused }), 'Hafen', undefined, false)).toBe(
      '1 file to Hafen',
    );
  });

  it('says that they are paused', () => {
    expect(addedWords(pathsOffer(['/a']), result([1]), 'Hafen', week, true)).toBe('1 item to Hafen, paused');
  });
});

describe('taking an add back', () => {
  it('leaves alone what was on its way before', () => {
    const notices = [problem('already-queued', 'a is on its way already.', { id: 3, name: 'a' })];
    expect(undoable(result([3, 8, 9], { notices }))).toEqual([8, 9]);
  });
});

describe('what was not taken', () => {
  it('names everything once, with its reason', () => {
    const offer: Offer = { kind: 'held', items: [], empty: ['box'], unreadable: ['locked/a'] };
    const refused = [{ path: 'a.txt', problem: problem('file-empty', 'a.txt is empty.') }];
    const said = refusals(offer, result([], { refused }), { missing: [{ name: 'film.mp4', why: 'broken' }] });
    expect(said.map(({ about }) => about)).toEqual(['', 'film.mp4', 'box', 'locked/a']);
    expect(said[0]?.why).toBe('a.txt is empty.');
    expect(said.every(({ why }) => why.length > 10)).toBe(true);
  });

  it('says the same thing to know once', () => {
    expect(noticesOf([problem('x', 'Flat.'), problem('x', 'Flat.'), problem('y', 'Other.')])).toHaveLength(2);
  });
});
