import { expect, it } from 'vitest';
import { find } from './find.ts';
import { answer, refused, scripted } from './fixtures/scripted.ts';

it('finds a share with its link and its end', async () => {
  const ctx = scripted([answer(200, { uploaded: true, downloadLink: '/files/download?x', expireDate: 99 })]);
  expect(await find('sharekey', ctx)).toEqual({
    ok: true,
    value: { key: 'sharekey', link: 'https://web.example/d?sharekey', expiresAt: 99 },
  });
});

it.each(['Clé de partage invalide', 'Fichier non uploadé'])(
  'a share is gone where the server says %s',
  async (title) => {
    expect(await find('sharekey', scripted([refused(400, title)]))).toEqual({ ok: true, value: undefined });
  },
);

it.each([answer(502, '', { html: true }), answer(404, '<html>', { html: true }), answer(200, { other: true })])(
  'an answer that is not the server’s own does not say that a share is gone',
  async (strange) => {
    expect(await find('sharekey', scripted([strange]))).toMatchObject({ ok: false });
  },
);
