import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CallInput, SignInView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { exits } from './exits.ts';
import { inlinePicture } from './picture.ts';
import { problemView, refuse, testHost, type Script, type TestHost } from './test-host.ts';
import { serverRow } from '../../test/fakes/server-row.ts';

const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const account = serverRow({
  name: 'cloud',
  vault: 'file',
  account: 'me@example.org',
  capabilities: {
    ...serverRow().capabilities,
    signIn: 'steps',
    listShares: true,
    revokeKeepsFile: true,
    revokeNeedsKey: false,
    createShares: true,
    editShares: true,
  },
});
const email = { key: 'email', type: 'email', label: 'E-mail' } as const;
const password = { key: 'password', type: 'password', label: 'Password' } as const;
const captcha = { key: 'captcha', type: 'image-text', label: 'Text of the picture', image: picture } as const;
const otp = { key: 'otp', type: 'otp', label: 'Code' } as const;

type Step = Extract<SignInView, { readonly ask: unknown }>;
const step = (ask: Step['ask'], more: Partial<Step> = {}): Step => ({ ask, carry: 'c', ways: ['browser'], ...more });
const done: SignInView = { server: account, notices: [] };

/** Answers the steps of a sign-in one after the other. */
const site = (...views: readonly SignInView[]): Script => {
  const left = views.values();
  return {
    'servers.add': () => refuse(problem('sign-in-asked', { server: 'Site' })),
    'servers.list': () => [account],
    'servers.signIn': () => left.next().value ?? done,
  };
};
const asked = (host: TestHost): readonly CallInput<'servers.signIn'>[] =>
  host.calls.filter(({ name }) => name === 'servers.signIn').map(({ input }) => input as CallInput<'servers.signIn'>);

describe('signing in from the command line', () => {
  it('is what adding a server goes on with, where the server has accounts', async () => {
    const host = testHost(site(step([email, password]), step([otp])), { stdin: 'hunter2\n' });
    const words = ['--password-stdin', '--vault', 'file', '--name', 'cloud'];
    expect(await host.run('server', 'add', 'https://c', '--email', 'me@x', '--otp', '123', ...words)).toBe(exits.done);
    expect(host.calls.some(({ name }) => name === 'servers.add')).toBe(false);
    expect(asked(host)).toEqual([
      { address: 'https://c', name: 'cloud', vault: 'file' },
      { carry: 'c', answers: { email: 'me@x', password: 'hunter2' } },
      { carry: 'c', answers: { otp: '123' } },
    ]);
    expect(host.out()).toContain('account: me@example.org, signed in');
    expect(host.out() + host.err()).not.toContain('hunter2');
    const plain = testHost(site(step([email, password])), { stdin: 'hunter2\nme@x\n' });
    expect(await plain.run('server', 'add', 'https://c', '--password-stdin', '--vault', 'file')).toBe(exits.done);
    expect(asked(plain)[1]).toEqual({ carry: 'c', answers: { email: 'me@x', password: 'hunter2' } });
  });

  it('saves the picture that it asks about, and takes its text from the next line', async () => {
    let path = '';
    const host = testHost(
      {
        ...site(),
        'servers.signIn': (input) => {
          if (!('carry' in input)) return step([email, password, captcha]);
          path = String((host.objects()[0] as { ask: { picture: string }[] }).ask[0]?.picture);
          expect(readFileSync(path).subarray(1, 4).toString()).toBe('PNG');
          return done;
        },
      },
      { stdin: 'hunter2\nabcd\n' },
    );
    expect(await host.run('server', 'sign-in', 'cloud', '--email', 'me@x', '--password-stdin', '--json')).toBe(0);
    expect(asked(host)[1]).toMatchObject({ answers: { password: 'hunter2', captcha: 'abcd' } });
    expect(host.objects()[0]).toMatchObject({ event: 'sign-in', ask: [{ key: 'captcha', type: 'image-text' }] });
    // It is of no use to anybody afterwards.
    expect(existsSync(path)).toBe(false);
  });

  it('asks a person at a terminal, without showing what opens the account', async () => {
    const host = testHost(site(step([email, password])), { terminal: true, stdin: 'hunter2\r' });
    expect(await host.run('server', 'sign-in', 'cloud', '--email', 'me@x')).toBe(exits.done);
    expect(asked(host)[1]).toMatchObject({ answers: { email: 'me@x', password: 'hunter2' } });
    expect(host.err()).toContain('Password: ');
    expect(host.out() + host.err()).not.toContain('hunter2');
  });

  it('says what was wrong, and ends with what it lacks where nobody can be asked', async () => {
    const notice = problemView(problem('password-wrong', { server: 'Site' }));
    const wrong = testHost(site(step([email, password]), step([email, password], { notice })), { stdin: 'no\n' });
    expect(await wrong.run('server', 'sign-in', 'cloud', '--email', 'a', '--password-stdin')).toBe(exits.person);
    expect(wrong.err()).toContain('does not take the password');
    const silent = testHost(site(step([email, password])));
    expect(await silent.run('server', 'sign-in', 'cloud', '--email', 'a')).toBe(exits.person);
    expect(silent.err()).toContain('E-mail, Password');
  });

  it('refuses what opens an account as an argument', async () => {
    const host = testHost(site(step([email, password])));
    const words = ['--email', 'a', '--answer', 'password=hunter2'];
    expect(await host.run('server', 'sign-in', 'cloud', ...words)).toBe(exits.usage);
    expect(host.err()).toContain('other programs could see it');
  });

  it('offers other ways where only a browser can answer', async () => {
    const host = testHost(site(step([email], { page: { address: 'https://c/session', stored: 'session' } })));
    expect(await host.run('server', 'sign-in', 'cloud')).toBe(exits.person);
    expect(host.err()).toContain('--way browser or --way token');
  });

  it.each(['browser', 'oauth'])(
    'shows the page to agree on, and waits until the browser has come back: %s',
    async (way) => {
      const waiting = step([{ key: 'redirected', type: 'text', label: 'Address' }], {
        authorize: { page: 'https://c/authorize' },
        redirect: 'http://127.0.0.1:7421/signed-in',
        carry: 'd',
      });
      const first = step([{ key: 'id', type: 'text', label: 'Client id' }], {
        redirect: 'http://127.0.0.1:7421/signed-in',
      });
      const host = testHost(site(first, waiting, waiting, waiting));
      const words = ['--way', way, '--answer', 'id=app', '--vault', 'file'];
      expect(await host.run('server', 'add', 'https://c', ...words)).toBe(exits.done);
      expect(host.out()).toContain('Open this page in a browser, and agree there: https://c/authorize');
      expect(asked(host)).toEqual([
        { address: 'https://c', way: 'browser', vault: 'file' },
        { carry: 'c', answers: { id: 'app' } },
        { carry: 'd' },
        { carry: 'd' },
        { carry: 'd' },
      ]);
    },
  );

  it('is given up where it did not come to its end, so that nothing waits for it in another process', async () => {
    const ends = (host: TestHost): readonly unknown[] =>
      host.calls.filter(({ name }) => name === 'servers.endSignIn').map(({ input }) => input);
    const host = testHost({ ...site(step([email, password])), 'servers.endSignIn': () => ({}) }, { owns: false });
    expect(await host.run('server', 'sign-in', 'cloud', '--email', 'a')).toBe(exits.person);
    expect(ends(host)).toEqual([{ carry: 'c' }]);
    const fine = testHost(site(step([email])));
    expect(await fine.run('server', 'sign-in', 'cloud', '--email', 'a')).toBe(exits.done);
    expect(ends(fine)).toEqual([]);
  });

  it('goes on waiting where a person gave the address of another sign-in', async () => {
    const field = { key: 'redirected', type: 'text', label: 'Address' } as const;
    const waiting = step([field], { authorize: { page: 'https://c/authorize' }, carry: 'd' });
    const stop = Promise.withResolvers<SignInView>();
    const host = testHost(
      {
        ...site(),
        'servers.signIn': (input) => {
          if (!('carry' in input)) return waiting;
          if (input.answers?.['redirected'] === undefined) return stop.promise;
          setTimeout(() => stop.resolve(done));
          return refuse(problem('sign-in-mismatch', { server: 'cloud' }));
        },
      },
      { terminal: true, stdin: 'http://127.0.0.1:7421/signed-in?code=x&state=old\n' },
    );
    expect(await host.run('server', 'sign-in', 'cloud', '--way', 'browser')).toBe(exits.done);
    expect(host.err()).toContain('belongs to another sign-in');
  });

  it('names the option that is written wrong', async () => {
    const host = testHost(site());
    expect(await host.run('server', 'sign-in', 'cloud', '--answer', 'email')).toBe(exits.usage);
    expect(host.err()).toContain('--answer <key=value>');
    expect(host.err()).not.toContain('--set');
  });

  it('ends by signing out', async () => {
    const host = testHost({
      ...site(),
      'servers.signOut': () => ({ server: { ...account, vault: 'none' }, notices: [] }),
    });
    expect(await host.run('server', 'sign-out', 'cloud')).toBe(exits.done);
    expect(host.out()).toBe('✓ signed out of cloud\n');
    const reason = problemView(problem('connection-broken', { server: 'cloud', reason: asSaid('test') }));
    const alone = testHost({
      ...site(),
      'servers.signOut': () => ({ server: { ...account, vault: 'none' }, notices: [reason] }),
    });
    expect(await alone.run('server', 'sign-out', 'cloud')).toBe(exits.done);
    expect(alone.err()).toContain('stays good until it runs out');
    expect(alone.err()).not.toContain('resumes automatically');
  });
});

it('a picture is drawn where the terminal is known to understand it, and nothing else is', () => {
  const base64 = picture.slice(picture.indexOf(',') + 1);
  const size = Math.floor((base64.length * 3) / 4);
  expect(inlinePicture(picture, { TERM_PROGRAM: 'iTerm.app' })).toBe(
    `\x1b]1337;File=inline=1;size=${size}:${base64}\x07\n`,
  );
  expect(inlinePicture(picture, { KITTY_WINDOW_ID: '1' })).toBe(`\x1b_Gf=100,a=T,m=0;${base64}\x1b\\\n`);
  expect(inlinePicture(picture, { TERM: 'xterm' })).toBeUndefined();
  expect(inlinePicture('data:image/png;base64,iV\x1b[2J', { TERM_PROGRAM: 'iTerm.app' })).toBeUndefined();
});
