import { expect, it } from 'vitest';
import { cloudreve } from './cloudreve.ts';
import { createDirectLink } from './direct-links.ts';
import { done, file, job, linesOf, progress, remote, said, scripted, settings } from './fixtures/scripted.ts';
import { finish } from './finish.ts';
import type { CloudreveRemote } from './state.ts';
import { verify } from './verify.ts';

const uri = 'cloudreve://my/a.bin';
const linked = done([{ link: 'http://localhost:5212/f/Ab%2B/a%20b.bin', file_url: uri }]);
const wanted = { ...job, options: { extra: { direct: true } } };
const whole = progress([0, 1, 2]);
const end = (of: CloudreveRemote, ctx: ReturnType<typeof scripted>) => finish(wanted, of, whole, ctx, () => undefined);
const share = (key: string) => ({ key, link: '' });

it('a direct link is made when the file is done, on the address that the person uses, once', async () => {
  const ctx = scripted([file(), linked]);
  const finished = await end(remote, ctx);
  const direct = { key: 'f/Ab+', link: 'https://site.example/f/Ab%2B/a%20b.bin' };
  expect(finished).toMatchObject({ ok: true, value: { remote: { direct } } });
  expect(linesOf(ctx)).toEqual(['GET /file/info?uri=cloudreve%3A%2F%2Fmy%2Fa.bin', 'PUT /file/source']);
  expect(await end({ ...remote, direct }, scripted([]))).toMatchObject({ ok: true });
  expect(await verify({ ...remote, direct }, scripted([file()]))).toMatchObject({ value: { share: direct } });
});

it('a group that may make none keeps the file, and is told so', async () => {
  const me = done({ id: 'u' });
  const ctx = scripted([file(), said(40007), me, said(40007)]);
  const finished = await end(remote, ctx);
  expect(finished).toMatchObject({ ok: true, value: { remote: { linkRefused: true } } });
  const told = await verify({ ...remote, linkRefused: true }, scripted([file()]));
  expect(told).toMatchObject({ ok: true, value: { notices: [{ code: 'direct-link-refused' }] } });
  expect(told.ok && told.value.share).toBeUndefined();
});

it('a token that ended is no missing right', async () => {
  const ctx = scripted([said(40007), done({ id: 'u' }), linked]);
  expect(await createDirectLink(uri, 'a.bin', ctx)).toMatchObject({ ok: true });
});

it('a file that is gone is told inside of the batch', async () => {
  const ctx = scripted([said(40081, [], '', { aggregated_error: { [uri]: { code: 40016, msg: 'Path not exist' } } })]);
  expect(await createDirectLink(uri, 'a.bin', ctx)).toMatchObject({
    failure: { behaviour: 'fatal', problem: { code: 'file-gone-there' } },
  });
});

it('is taken back by its own call, a share by another; gone already is as good', async () => {
  const ctx = scripted([done(), said(404), done()]);
  for (const key of ['f/Ab+', 'f/old', 'Ab'])
    expect(await cloudreve.revoke?.(share(key), ctx)).toEqual({ ok: true, value: undefined });
  expect(linesOf(ctx)).toEqual(['DELETE /file/source/Ab%2B', 'DELETE /file/source/old', 'DELETE /share/Ab']);
});

it.each([
  [{ direct: true }, { mayLink: false }, 'linking-refused'],
  [{ share: true }, { mayShare: false }, 'sharing-refused'],
  [{ direct: true, share: true }, {}, 'option-invalid'],
])('%j of an account with %j is refused before the queue', (extra, rights, code) => {
  const candidate = { path: '/a.bin', name: 'a.bin', folder: [], size: 1, modifiedAt: 0 };
  const server = { name: 'cloud', settings: { ...settings, ...rights } };
  expect(cloudreve.admit(candidate, { extra }, server)).toMatchObject({ refused: { code } });
  const may = { name: 'cloud', settings: { ...settings, mayLink: true, mayShare: true } };
  const [first = ''] = Object.keys(extra);
  expect(cloudreve.admit(candidate, { extra: { [first]: true } }, may)).not.toHaveProperty('refused');
});
