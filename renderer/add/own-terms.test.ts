import { describe, expect, it } from 'vitest';
import type { KindView, ServerView } from '../../preload/contract.ts';
import { madeUpPassword } from '../ui/made-up.ts';
import type { Kinds } from '../client/kinds.svelte.ts';
import { OwnTerms } from './own-terms.svelte.ts';
import { ShareTermsForm } from './share-terms.svelte.ts';
import { extraOf, partsOf, wrongIn, type Field } from '../client/transfer-fields.ts';

const field = (key: string, type: Field['type'], more: Partial<Field> = {}): Field => ({
  key,
  type,
  label: key,
  help: `help of ${key}`,
  ...more,
});
const fields: KindView['transferFields'] = [
  field('to', 'folder'),
  field('policy', 'text'),
  field('existing', 'choice', { role: 'conflict', choices: ['ask', 'skip'] }),
  field('link', 'flag', { role: 'share' }),
  field('link-days', 'duration', { role: 'share-expiry' }),
  field('link-count', 'number', { role: 'share-downloads' }),
  field('link-secret', 'text', { role: 'share-password', pattern: '[a-z]{0,8}' }),
  field('keep', 'flag'),
];
const kindsWith = (its: readonly Field[]): Kinds =>
  ({ fieldsOf: () => its, load: () => Promise.resolve() }) as unknown as Kinds;
const kinds = kindsWith(fields);
const server = (folder?: string): ServerView =>
  ({
    id: 's',
    kind: 'k',
    name: 'cloud',
    capabilities: { folders: true, createShares: true, conflict: ['ask', 'skip'] },
    ...(folder === undefined ? {} : { folder }),
  }) as unknown as ServerView;

describe('the fields of a kind of server', () => {
  it('are told apart by what they are about, not by the kind', () => {
    const { folder, share, terms, others } = partsOf(fields);
    expect([folder?.key, share?.key]).toEqual(['to', 'link']);
    expect(terms.map(({ key }) => key)).toEqual(['link-days', 'link-count', 'link-secret']);
    expect(others.map(({ key }) => key)).toEqual(['policy', 'existing', 'keep']);
  });

  it('are none where the kind has none', () => {
    expect(partsOf([])).toEqual({ folder: undefined, share: undefined, terms: [], message: [], others: [] });
    const lone = partsOf([field('link-count', 'number', { role: 'share-downloads' })]);
    expect([lone.terms.length, lone.others.length]).toEqual([0, 1]);
  });

  it('of a message are beside the others, the recipient first, and a text without one is not sent off', () => {
    const message = [field('text', 'text', { role: 'message' }), field('who', 'text', { role: 'recipient' })];
    const own = new OwnTerms(kindsWith(message), server());
    expect(own.parts.message.map(({ key }) => key)).toEqual(['who', 'text']);
    expect(own.parts.others).toEqual([]);
    own.values['text'] = 'The plans';
    expect([own.wrong, own.wrongAt('who')]).toEqual([true, 'Give a recipient, or leave the message empty.']);
    own.values['who'] = 'anna';
    expect([own.wrong, own.extra]).toEqual([false, { who: 'anna', text: 'The plans' }]);
    expect(partsOf([message[0]].flatMap((one) => one ?? [])).message).toEqual([]);
  });

  it('go to the engine by their types, and what is empty stays away', () => {
    expect(
      extraOf(
        [field('a', 'number'), field('b', 'text'), field('c', 'flag'), field('d', 'flag'), field('e', 'duration')],
        { a: ' 3 ', b: '  ', c: true, d: false, e: '60' },
      ),
    ).toEqual({ a: 3, c: true, e: 60 });
  });

  it('say in words what cannot be so', () => {
    expect(wrongIn(field('n', 'number'), '0')).toMatch(/whole number/);
    expect(wrongIn(field('n', 'number'), '12')).toBeUndefined();
    expect(wrongIn(field('p', 'text', { pattern: '[a-z]+' }), 'a1')).toBe('help of p');
    expect(wrongIn(field('p', 'text', { pattern: '[a-z]+' }), '')).toBeUndefined();
  });
});

describe('what is chosen for an upload', () => {
  it('begins with the folder that was chosen last, and names it always', () => {
    expect(new OwnTerms(kinds, server('/Photos')).extra).toEqual({ to: '/Photos' });
    expect(new OwnTerms(kinds, server()).extra).toEqual({ to: '/' });
  });

  it('has the terms of a link only where a link is wanted', () => {
    const own = new OwnTerms(kinds, server(), 86_400);
    own.shareTerms.downloads = '5';
    own.shareTerms.password = 'abc';
    expect(own.extra).toEqual({ to: '/' });
    own.share = true;
    expect(own.extra).toEqual({
      to: '/',
      link: true,
      'link-days': 86_400,
      'link-count': 5,
      'link-secret': 'abc',
    });
  });

  it('is not sent off while something of it cannot be so', () => {
    const own = new OwnTerms(kinds, server());
    own.shareTerms.password = 'not these letters';
    expect(own.wrong).toBe(false);
    own.share = true;
    expect([own.wrong, own.shareTerms.wrongAt('password')]).toEqual([true, 'help of link-secret']);
    own.shareTerms.password = '';
    own.values['existing'] = 'skip';
    expect([own.wrong, own.extra]).toEqual([false, { to: '/', link: true, existing: 'skip' }]);
  });
});

describe('the terms of a link', () => {
  const form = (usual?: number): ShareTermsForm => new ShareTermsForm(() => fields, usual);

  it('are none where nothing was said', () => expect(form().terms).toEqual({}));

  it('offer a usual length that is not among the others', () => {
    expect(form(1_800).lengths[0]).toBe(1_800);
    expect(form().lengths).not.toContain(1_800);
  });

  it('have a password that can be made up, and typed without mistaking a letter', () => {
    expect(madeUpPassword()).toMatch(/^[a-km-np-z2-9]{12}$/);
    expect(madeUpPassword()).not.toBe(madeUpPassword());
  });
});
