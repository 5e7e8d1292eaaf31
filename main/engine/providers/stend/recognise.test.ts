import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import { answer, instanceBody, linesOf, scripted } from './fixtures/scripted.ts';
import { recognise } from './recognise.ts';

const instance = answer(200, instanceBody);
const page = answer(200, '<html><head apibaseurl="https://api.example/base/" showhtmlextension="true">');

describe('recognising', () => {
  const now = () => 42;
  const at = (address: string, replies: readonly Answer[], given = {}) => {
    const ctx = scripted(replies);
    return { ctx, found: recognise(address, given, ctx.http, now) };
  };

  it('takes an API’s address as it is', async () => {
    const { found } = at('https://api.example/base/', [instance]);
    expect(await found).toMatchObject({
      value: { address: 'https://api.example/base', title: 'api.example', needsPassword: false },
    });
  });

  it('follows a web page, or a link to a share on it, to its API', async () => {
    const { ctx, found } = at('https://web.example/d.html?key', [answer(404), page, instance]);
    expect(await found).toMatchObject({
      value: {
        address: 'https://api.example/base',
        title: 'web.example',
        settings: { webUrl: 'https://web.example', showHtmlExtension: true, checkedAt: 42 },
      },
    });
    expect(linesOf(ctx)).toEqual(['GET https://web.example/instance', 'GET https://web.example/', 'GET /instance']);
  });

  it('takes the page that is given beside an API, even where it cannot be read', async () => {
    const given = { web: 'https://web.example/d?x' };
    expect(await at('https://api.example/base', [instance, page], given).found).toMatchObject({
      value: { settings: { webUrl: 'https://web.example', showHtmlExtension: true } },
    });
    expect(await at('https://api.example/base', [instance, answer(500)], given).found).toMatchObject({
      value: { settings: { webUrl: 'https://web.example', showHtmlExtension: false } },
    });
  });

  it('keeps nothing of a deep link’s password', async () => {
    const link =
      'stend://settings/configInstance?webUrl=https://web.example&apiUrl=https://api.example/base&password=geheim';
    const found = await at(link, [instance, page]).found;
    expect(found).toMatchObject({ value: { address: 'https://api.example/base' } });
    expect(JSON.stringify(found)).not.toContain('geheim');
  });

  it('knows a page whose API is none', async () => {
    expect(await at('https://web.example', [answer(404), page, answer(404)]).found).toEqual({
      ok: true,
      value: undefined,
    });
  });
});
