import { nothingSent, words, type ProblemArea } from './words.ts';

/** Shares: made, allowed, taken back. */
export const shareProblems = {
  'share-not-allowed': (p: { server: string }) =>
    words(`${p.server} does not allow this account to share.`, 'What is stored there is whole; it has no link.'),
  'direct-link-refused': (p: { server: string }) =>
    words(
      `${p.server} does not allow this account to make direct links.`,
      'What is stored there is whole; it has no link.',
    ),
  'sharing-refused': (p: { server: string }) =>
    words(
      `${p.server} does not allow this account to share.`,
      nothingSent,
      'Send it without a link, or ask the administrator. “Test” looks again.',
    ),
  'linking-refused': (p: { server: string }) =>
    words(
      `${p.server} does not allow this account to make direct links.`,
      nothingSent,
      'Send it without one, or with a share. “Test” looks again.',
    ),
  'share-path-unknown': (p: { name: string }) =>
    words(
      `Where ${p.name} lies is not known any more, since its share has ended.`,
      'Nothing was changed.',
      'Make a new share of it.',
    ),
  'share-unknown': (p: { key: string }) =>
    words(`There is no share ${p.key}.`, 'Nothing was changed.', 'It may be gone: look at the shares.'),
  'share-ambiguous': (p: { wanted: string; count: number; shares: string }) =>
    words(
      `${p.wanted} matches ${p.count} shares: ${p.shares}.`,
      'Nothing was changed.',
      'Use the full link of one, or its key and its server.',
    ),
  'share-no-delete-key': (p: { key: string }) =>
    words(`The delete key of ${p.key} is not known.`, 'It stays until it expires.', ''),
  'revoke-unanswered': (p: { server: string; reason: string; again: boolean }) =>
    words(
      p.reason,
      'The link may still open.',
      p.again ? `Stevedore asks again whenever it runs, until ${p.server} answers.` : 'Try it again in a while.',
    ),
  'share-is-group': (p: { key: string }) =>
    words(`${p.key} is a group, and groups have no delete key.`, 'It goes when its files are revoked.'),
} satisfies ProblemArea;
