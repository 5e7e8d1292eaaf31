import { expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import { answer, linesOf, refused, scripted } from './fixtures/scripted.ts';
import { group } from './group.ts';

const shares = [{ key: 'k1' }, { key: 'k2' }];
const plain = { inDoubt: false };
const inDoubt = { key: 'mine', inDoubt: true };
const made = answer(200, { shareKey: 'theirs' });
const away = fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 }));
const server = 'peer';

it('files without a key of their own are joined under the server’s, without a link or an end that nobody knows', async () => {
  const ctx = scripted([made], { settings: { webUrl: undefined }, secret: 'pass' });
  expect(await group(shares, plain, ctx)).toStrictEqual({
    ok: true,
    value: { remote: { key: 'theirs' }, notices: [] },
  });
  expect(ctx.asked).toEqual([
    { request: 'POST /files/merge', headers: { authorization: 'pass' }, body: '{"sharekeys":"k1,k2"}' },
  ]);
});

it('one file is no group, and more than the server joins are too many', async () => {
  expect(await group(shares.slice(1), plain, scripted([]))).toEqual(
    fail('fatal', problem('group-too-small', { count: 1 })),
  );
  const two = { settings: { maxTransfersInMerge: 2 } };
  expect(await group(shares, plain, scripted([made], two))).toMatchObject({ ok: true });
  expect(await group([...shares, { key: 'k3' }], plain, scripted([], two))).toEqual(
    fail('fatal', problem('group-too-large', { count: 3, limit: 2, server })),
  );
});

it('a key of which nothing would be left is refused', async () => {
  expect(await group(shares, { key: '---', inDoubt: false }, scripted([]))).toEqual(
    fail('fatal', problem('key-invalid', { wanted: '---' })),
  );
});

it('another key than the wanted one is reported', async () => {
  expect(await group(shares, { key: 'mine', inDoubt: false }, scripted([made]))).toMatchObject({
    value: { notices: [problem('key-taken', { wanted: 'mine', got: 'theirs' })] },
  });
});

it('a group whose answer was lost is looked for by its own key', async () => {
  const ctx = scripted([answer(200, { groups: ['k2', 'k1'] })]);
  expect(await group(shares, inDoubt, ctx)).toMatchObject({ value: { remote: { key: 'mine' }, notices: [] } });
  expect(linesOf(ctx)).toEqual(['GET /files/info?sharekey=mine']);
  const without = scripted([made]);
  await group(shares, { inDoubt: true }, without);
  expect(linesOf(without)).toEqual(['POST /files/merge']);
});

it('while a server cannot say whether it has joined them, they are not joined again', async () => {
  expect(await group(shares, inDoubt, scripted([away]))).toBe(away);
  const busy = scripted([answer(502)]);
  expect(await group(shares, inDoubt, busy)).toEqual({
    ok: false,
    failure: { behaviour: 'server-busy', problem: problem('server-busy', { server, status: 502 }) },
  });
});

it('where the key is that of no group, they are joined', async () => {
  const ctx = scripted([refused(400, 'Clé de partage invalide'), made]);
  expect(await group(shares, inDoubt, ctx)).toMatchObject({ value: { remote: { key: 'theirs' } } });
});

it('a password that cannot be read holds up the group', async () => {
  const locked = fail('attention', problem('secret-in-app', { server }));
  expect(await group(shares, plain, { ...scripted([]), secret: () => Promise.resolve(locked) })).toBe(locked);
});

it.each(['Clé de partage invalide', 'Fichier non uploadé'])(
  'a file that is gone ends the group (%s)',
  async (title) => {
    expect(await group(shares, plain, scripted([refused(400, title)]))).toEqual(
      fail('fatal', problem('server-refused', { server, status: 400, words: 'group-file-gone' })),
    );
  },
);

it('a group fails as its server fails', async () => {
  expect(await group(shares, plain, scripted([away]))).toBe(away);
  const wrong = refused(401, 'Mot de passe invalide');
  expect(await group(shares, plain, scripted([wrong], { secret: 'x' }))).toEqual(
    fail('attention', problem('password-wrong', { server })),
  );
  expect(await group(shares, plain, scripted([wrong]))).toEqual(
    fail('attention', problem('password-missing', { server })),
  );
  expect(await group(shares, plain, scripted([answer(200, { ok: true })]))).toEqual(
    fail('retry', problem('not-this-server', { server, got: 'status:200' })),
  );
  expect(await group(shares, plain, scripted([answer(201, { shareKey: 'theirs' })]))).toMatchObject({ ok: false });
});
