import { describe, expect, it } from 'vitest';
import { describe as wordsOf } from '../../../preload/problems.ts';
import { providerSchemes } from '../providers/link-schemes.ts';
import { providers } from '../providers/registry.ts';
import { readLink } from './read-link.ts';

const servers = [
  { id: 'id-1', name: 'Hafen' },
  { id: 'id-2', name: '设计云盘' },
];
const read = (link: string) => readLink(link, { providers, servers });
const refusal = (link: string): string | undefined => {
  const outcome = read(link);
  return outcome.ok ? undefined : outcome.failure.problem.code;
};
const asked = (link: string): unknown => {
  const outcome = read(link);
  return outcome.ok ? outcome.value : outcome.failure.problem;
};

describe('a link', () => {
  it('sets up a server, with what its kind’s own programs write into it', () => {
    const link =
      'stend://settings/configInstance?webUrl=https%3A%2F%2Fweb.example&apiUrl=https%3A%2F%2Fapi.example%2F&password=ge%20heim';
    expect(asked(link)).toEqual({
      asks: 'add-server',
      kind: 'stend',
      address: 'https://api.example',
      fields: { web: 'https://web.example' },
      secret: 'ge heim',
    });
  });

  it('adds a server by its address, kind and name', () => {
    expect(asked('stevedore://add-server?address=files.example%2Fx%2F&kind=Cloudreve&name=Mine')).toEqual({
      asks: 'add-server',
      address: 'https://files.example/x',
      kind: 'cloudreve',
      name: 'Mine',
    });
    expect(asked('STEVEDORE://Add-Server/?address=http://nas:8080')).toEqual({
      asks: 'add-server',
      address: 'http://nas:8080',
    });
  });

  it('uploads to a saved server, by its name or id, or to one that the user chooses', () => {
    expect(asked('stevedore://upload?server=hafen')).toEqual({ asks: 'upload', serverId: 'id-1' });
    expect(asked('stevedore://upload?server=id-2')).toEqual({ asks: 'upload', serverId: 'id-2' });
    expect(asked('stevedore://upload')).toEqual({ asks: 'upload' });
  });

  it.each([
    ['is too long', `stevedore://add-server?address=${'a'.repeat(5_000)}`, 'link-too-long'],
    ['is no link', 'nothing', 'link-unknown'],
    ['asks for something else', 'stevedore://delete-all', 'link-unknown'],
    ['asks for more than there is', 'stevedore://upload/now', 'link-unknown'],
    ['is of another scheme', 'javascript:alert(1)', 'link-unknown'],
    ['is a web address', 'https://evil.example/', 'link-unknown'],
    ['is of a kind’s scheme, but sets up nothing', 'stend://transfers/delete?all=1', 'link-unknown'],
    ['names no address', 'stevedore://add-server', 'link-address'],
    ['runs a script', 'stevedore://add-server?address=javascript%3Aalert(1)', 'link-address'],
    ['leads to a file', 'stevedore://add-server?address=file%3A%2F%2F%2Fetc%2Fpasswd', 'link-address'],
    [
      'hides its host behind a name',
      'stevedore://add-server?address=https%3A%2F%2Fbank.example%40evil.example',
      'link-address',
    ],
    ['has no host', 'stevedore://add-server?address=https%3A%2F%2F', 'link-address'],
    ['chooses a file', 'stevedore://upload?server=Hafen&file=%2Fetc%2Fpasswd', 'link-files'],
    ['chooses paths', 'stevedore://upload?PATH=%2Fhome', 'link-files'],
    ['is for an unknown server', 'stevedore://upload?server=Other', 'link-server-unknown'],
    ['is of an unknown kind', 'stevedore://add-server?address=a.example&kind=ftp', 'kind-unknown'],
  ])('is refused in words where it %s', (_how, link, code) => {
    expect(refusal(link)).toBe(code);
    const outcome = read(link);
    if (outcome.ok) return;
    expect(wordsOf(outcome.failure.problem)).toMatchObject({
      means: expect.stringMatching(/^Nothing was /) as string,
      todo: expect.stringMatching(/./) as string,
    });
  });

  it('with a password is refused without telling it', () => {
    const outcome = read('stend://settings/other?apiUrl=https://a.example&password=geheim');
    expect(JSON.stringify(outcome)).not.toContain('geheim');
  });
});

it('the schemes that are known without the providers are those that the providers declare', () => {
  const declared = [...providers.values()].flatMap(({ links }) => links?.schemes ?? []);
  expect(declared.toSorted()).toEqual(providerSchemes.toSorted());
});
