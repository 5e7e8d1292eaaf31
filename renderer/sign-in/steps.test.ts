import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProblemView, SignInView } from '../../preload/contract.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { describe as describeProblem, problem, type Problem } from '../../preload/problems.ts';
import type { WindowInfo } from '../../preload/window.ts';
import { CallError, type Client } from '../client/client.ts';
import { fieldOf } from './words.ts';
import { SignInSteps, type SignInTarget } from './steps.svelte.ts';
import type { Asked, SignInField } from './words.ts';

const viewOf = (reason: Problem): ProblemView => {
  const { happened, means, todo, action } = describeProblem(reason);
  const { code, params } = reason;
  return { code, params: { ...params }, message: `${happened} ${means} ${todo}`, ...(action && { action }) };
};
const inApp: WindowInfo = {
  host: 'app',
  platform: 'linux',
  version: '1',
  vaults: ['app', 'file', 'env'],
  vaultStrength: 'system',
  browses: false,
  signInPages: true,
};
const inBrowser: WindowInfo = {
  ...inApp,
  host: 'web',
  vaults: ['file', 'env'],
  vaultStrength: 'plain',
  signInPages: false,
};
const email: SignInField = { key: 'email', type: 'email', label: 'Email' };
const password: SignInField = { key: 'password', type: 'password', label: 'Password' };
const captcha: SignInField = { key: 'captcha', type: 'image-text', label: 'Text in the picture', image: 'data:1' };
const otp: SignInField = { key: 'otp', type: 'otp', label: 'Code' };
const token: SignInField = { key: 'token', type: 'token', label: 'Refresh token' };
const step = (carry: string, ask: readonly SignInField[], more: Partial<Asked> = {}): Asked => ({
  ask: [...ask],
  carry,
  ways: ['browser', 'token'],
  ...more,
});
const signedIn = { server: { id: 's', name: 'Cloud' }, notices: [] } as unknown as SignInView;

/** A sign-in over an engine whose answers come when the test says so. Giving a sign-in up is answered at once. */
const setUp = (more: { readonly info?: WindowInfo; readonly target?: SignInTarget } = {}) => {
  const asked: {
    readonly name: string;
    readonly input: Record<string, unknown>;
    readonly answer: (value: unknown) => Promise<void>;
    readonly refuse: (reason: Problem) => Promise<void>;
  }[] = [];
  const givenUp: unknown[] = [];
  const ended: unknown[] = [];
  const settled = () => vi.advanceTimersByTimeAsync(0).then(() => undefined);
  const call = ((name: string, input: Record<string, unknown>) => {
    if (name === 'servers.endSignIn') {
      givenUp.push(input['carry']);
      return Promise.resolve({});
    }
    return new Promise((resolve, reject) => {
      asked.push({
        name,
        input,
        answer: (value) => (resolve(value as never), settled()),
        refuse: (reason) => (reject(new CallError(viewOf(reason))), settled()),
      });
    });
  }) as Client['call'];
  const host = { client: { call }, info: more.info ?? inApp, settings: undefined };
  const steps = new SignInSteps(host, more.target ?? { serverId: 's' }, (end) => ended.push(end));
  const last = () => asked[asked.length - 1] ?? expect.fail('nothing was asked');
  /** Begins, and is asked for these. */
  const begun = async (first: Asked): Promise<void> => {
    void steps.start();
    await last().answer(first);
  };
  const give = (answers: Record<string, string>): void => void Object.assign(steps.answers, answers);
  return { steps, asked, last, givenUp, ended, begun, give, settled };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('by password', () => {
  it('asks step by step, forgets what was secret with its step, and ends once', async () => {
    const { steps, last, begun, give, ended, asked } = setUp();
    await begun(step('a.1', [email, password]));
    expect(asked[0]?.input).toEqual({ serverId: 's', way: 'password', vault: 'app' });
    expect([steps.stage, steps.ways]).toEqual(['fields', ['browser', 'token']]);
    give({ email: 'me@x.org', password: 'hunter2' });
    void steps.submit();
    expect(last().input).toEqual({ carry: 'a.1', answers: { email: 'me@x.org', password: 'hunter2' } });
    await last().answer(step('a.2', [otp]));
    expect(steps.answers).toEqual({ email: 'me@x.org' });
    give({ otp: '123456' });
    void steps.submit();
    await last().answer(signedIn);
    expect(ended).toEqual([signedIn]);
    expect(steps.answers).toEqual({});
  });

  it('asks for what is missing, and sends nothing before', async () => {
    const { steps, asked, begun, give } = setUp();
    await begun(step('a.1', [email, password]));
    await steps.submit();
    expect(steps.wrong).toMatchObject({ place: 'email' });
    give({ email: 'me@x.org', password: '' });
    steps.clear('email');
    await steps.submit();
    expect(steps.wrong).toMatchObject({ place: 'password' });
    expect(asked).toHaveLength(1);
  });

  it('tells what was wrong at its field: a wrong password goes, a wrong picture leaves the password', async () => {
    const { steps, last, begun, give } = setUp();
    await begun(step('a.1', [email, password, captcha]));
    give({ email: 'me@x.org', password: 'right', captcha: 'wrong' });
    void steps.submit();
    const notice = viewOf(problem('image-text-wrong', { server: 'Cloud' }));
    await last().answer(step('a.2', [email, password, { ...captcha, image: 'data:2' }], { notice }));
    expect(steps.wordsAt('captcha')).toBe('That was not the text in the picture of Cloud. There is a new one.');
    expect(steps.answers).toEqual({ email: 'me@x.org', password: 'right' });
    give({ captcha: 'right', password: 'wrong' });
    void steps.submit();
    const other = viewOf(problem('account-wrong', { server: 'Cloud' }));
    expect(fieldOf(viewOf(problem('user-wrong', { server: 'Cloud' })), [email, password])).toBe('password');
    await last().answer(step('a.3', [email, password, captcha], { notice: other }));
    expect(steps.wordsAt('password')).toContain('does not take this address with this password');
    expect(steps.answers).toEqual({ email: 'me@x.org' });
  });

  it('takes a double click once', async () => {
    const { steps, asked, last, begun, give, ended } = setUp();
    await begun(step('a.1', [email, password]));
    give({ email: 'me@x.org', password: 'x' });
    void steps.submit();
    void steps.submit();
    expect(asked).toHaveLength(2);
    await last().answer(signedIn);
    await steps.submit();
    expect(ended).toHaveLength(1);
  });

  it('stays as it is where only the way to the server failed', async () => {
    const { steps, last, begun, give } = setUp();
    await begun(step('a.1', [email, password]));
    give({ email: 'me@x.org', password: 'x' });
    void steps.submit();
    await last().refuse(problem('connection-broken', { server: 'Cloud', reason: 'closed-there' }));
    expect([steps.stage, steps.busy]).toEqual(['fields', false]);
    expect(steps.wordsAt('form')).toBe(
      'The connection to Cloud broke (closed by the other side). Nothing was changed.',
    );
    void steps.submit();
    expect(last().input).toMatchObject({ carry: 'a.1', answers: { password: 'x' } });
  });
});

describe('a sign-in that had ended', () => {
  it('is begun again and answered once more, where it asks for the same', async () => {
    const { steps, last, begun, give, ended } = setUp();
    await begun(step('a.1', [email, password]));
    give({ email: 'me@x.org', password: 'x' });
    void steps.submit();
    await last().refuse(problem('sign-in-over'));
    expect(last().input).toMatchObject({ serverId: 's', way: 'password' });
    await last().answer(step('b.1', [email, password]));
    expect(last().input).toEqual({ carry: 'b.1', answers: { email: 'me@x.org', password: 'x' } });
    await last().answer(signedIn);
    expect(ended).toHaveLength(1);
  });

  it('says so where something new has to be given', async () => {
    const { steps, last, begun, give, asked } = setUp();
    await begun(step('a.1', [email, password, captcha]));
    give({ email: 'me@x.org', password: 'x', captcha: 'old' });
    void steps.submit();
    await last().refuse(problem('sign-in-over'));
    await last().answer(step('b.1', [email, password, captcha]));
    expect(asked).toHaveLength(3);
    expect(steps.answers).toEqual({ email: 'me@x.org', password: 'x' });
    expect(steps.wordsAt('form')).toContain('begun again');
  });

  it('is not begun for ever', async () => {
    const { steps, asked, last, begun, give } = setUp();
    await begun(step('a.1', [email, password]));
    give({ email: 'me@x.org', password: 'x' });
    void steps.submit();
    await last().refuse(problem('sign-in-over'));
    await last().answer(step('b.1', [email, password]));
    await last().refuse(problem('sign-in-over'));
    await last().answer(step('c.1', [email, password]));
    expect(asked).toHaveLength(5);
    expect(steps.wordsAt('form')).toContain('begun again');
  });

  it('can be begun again where it could not be begun', async () => {
    const { steps, last } = setUp();
    void steps.start();
    expect(steps.stage).toBe('asking');
    await last().refuse(problem('server-unreachable', { server: 'Cloud', reason: asSaid('ECONNREFUSED') }));
    expect([steps.stage, steps.wordsAt('form')]).toEqual([
      'over',
      'Cloud does not answer (ECONNREFUSED). Nothing was changed.',
    ]);
    void steps.submit();
    await last().answer(step('a.1', [email, password]));
    expect([steps.stage, steps.wrong]).toEqual(['fields', undefined]);
  });
});

describe('leaving', () => {
  it('gives the sign-in up, and what still comes changes nothing', async () => {
    const { steps, last, begun, give, ended, givenUp } = setUp();
    await begun(step('a.1', [email, password]));
    give({ email: 'me@x.org', password: 'x' });
    void steps.submit();
    steps.close();
    expect(givenUp).toEqual(['a.1']);
    await last().answer(step('a.2', [otp]));
    expect([steps.answers, ended]).toEqual([{}, []]);
  });

  it('gives up a sign-in that is only being begun as soon as it is known', async () => {
    const { steps, last, givenUp } = setUp();
    void steps.start();
    steps.close();
    await last().answer(step('a.1', [email, password]));
    expect([steps.step, givenUp]).toEqual([undefined, ['a.1']]);
  });

  it('for another way gives the one before up, and keeps what is no secret', async () => {
    const { steps, last, begun, give, givenUp } = setUp();
    await begun(step('a.1', [email, password]));
    give({ email: 'me@x.org', password: 'x' });
    void steps.begin('token');
    expect(last().input).toMatchObject({ way: 'token' });
    await last().answer(step('b.1', [token], { ways: ['password', 'browser'] }));
    expect([steps.way, steps.answers, givenUp]).toEqual(['token', { email: 'me@x.org' }, ['a.1']]);
    give({ token: 'secret' });
    void steps.begin('password');
    await last().answer(step('c.1', [email, password]));
    expect(steps.answers).toEqual({ email: 'me@x.org' });
  });

  it('shows the way that was chosen last, whichever is answered first', async () => {
    const { steps, asked, begun, givenUp } = setUp();
    await begun(step('a.1', [email, password]));
    void steps.begin('browser');
    void steps.begin('token');
    await asked[2]?.answer(step('c.1', [token]));
    await asked[1]?.answer(step('b.1', [email]));
    expect([steps.way, steps.step?.carry]).toEqual(['token', 'c.1']);
    expect(givenUp).toContain('b.1');
  });
});

describe('where it is kept', () => {
  it('is asked before anything else where no place is obvious, and the environment is none', async () => {
    const basic: WindowInfo = { ...inApp, vaultStrength: 'basic' };
    const { steps, asked, last } = setUp({ info: basic });
    await steps.start();
    expect([steps.stage, steps.secret.vaults]).toEqual(['vault', ['app', 'file']]);
    await steps.submit();
    expect(steps.wrong?.place).toBe('vault');
    expect(asked).toEqual([]);
    steps.secret.vault = 'file';
    void steps.submit();
    expect(last().input).toMatchObject({ vault: 'file' });
  });

  it('is the one file in a browser, without being asked', async () => {
    const { steps, begun, asked } = setUp({ info: inBrowser });
    await begun(step('a.1', [email, password]));
    expect(asked[0]?.input).toMatchObject({ vault: 'file' });
    expect(steps.stage).toBe('fields');
  });

  it('is asked again where that place refuses', async () => {
    const { steps, last, begun, give } = setUp();
    await begun(step('a.1', [email, password]));
    give({ email: 'me@x.org', password: 'x' });
    void steps.submit();
    await last().refuse(problem('vault-refused', { server: 'Cloud' }));
    expect([steps.stage, steps.wordsAt('vault')]).toEqual(['vault', expect.stringContaining('was not kept')]);
  });
});

describe('in a browser', () => {
  const page = 'https://cloud.example/session/authorize';
  const inTheBrowser = async (info = inApp) => {
    const set = setUp({ info });
    const { steps, last } = set;
    void steps.begin('browser');
    await last().answer(step('a.1', [{ key: 'client-id', type: 'text', label: 'Client ID' }], { redirect: 'r' }));
    set.give({ 'client-id': 'app' });
    void steps.submit();
    await last().answer(
      step('a.2', [{ key: 'redirected', type: 'text', label: 'Address' }], { authorize: { page }, redirect: 'r' }),
    );
    const waits = () => set.asked.filter(({ input }) => input['carry'] === 'a.2' && input['answers'] === undefined);
    return { ...set, waits };
  };

  it('opens the page once, in the app alone, and asks with the same carry until it is agreed', async () => {
    expect((await inTheBrowser(inBrowser)).asked.some(({ name }) => name === 'window.openLink')).toBe(false);
    const { steps, asked, waits, ended } = await inTheBrowser();
    expect(steps.stage).toBe('browser');
    expect(asked.filter(({ name }) => name === 'window.openLink').map(({ input }) => input)).toEqual([{ url: page }]);
    expect(waits()).toHaveLength(1);
    await waits()[0]?.answer(step('a.2', [], { authorize: { page } }));
    expect(waits()).toHaveLength(2);
    await waits()[1]?.answer(signedIn);
    expect(ended).toEqual([signedIn]);
    expect(waits()).toHaveLength(2);
  });

  it('takes the address by hand, and tells one of another sign-in beside it while it waits on', async () => {
    const { steps, give, last, waits, ended } = await inTheBrowser();
    await steps.giveRedirected();
    expect(steps.wrong?.place).toBe('redirected');
    give({ redirected: ' http://127.0.0.1:7421/signed-in?code=x&state=other ' });
    void steps.giveRedirected();
    expect(last().input).toEqual({
      carry: 'a.2',
      answers: { redirected: 'http://127.0.0.1:7421/signed-in?code=x&state=other' },
    });
    await last().refuse(problem('sign-in-mismatch', { server: 'Cloud' }));
    expect([steps.stage, steps.wordsAt('redirected')]).toEqual([
      'browser',
      expect.stringContaining('belongs to another sign-in'),
    ]);
    void steps.giveRedirected();
    await last().answer(signedIn);
    await waits()[0]?.answer(signedIn);
    expect(ended).toHaveLength(1);
  });

  it('waits no longer once it was left', async () => {
    const { steps, waits, ended, givenUp } = await inTheBrowser();
    steps.close();
    expect(givenUp).toContain('a.2');
    await waits()[0]?.answer(signedIn);
    expect([waits().length, ended]).toEqual([1, []]);
  });

  it('offers to begin again where the site said no', async () => {
    const { steps, waits, last } = await inTheBrowser();
    await waits()[0]?.refuse(problem('sign-in-refused', { server: 'Cloud', words: asSaid('access_denied') }));
    expect([steps.stage, steps.wordsAt('form')]).toEqual(['over', expect.stringContaining('access_denied')]);
    void steps.submit();
    expect(last().input).toMatchObject({ way: 'browser' });
  });

  it('goes on waiting over a connection that broke, and tells where it is gone for good', async () => {
    const { steps, waits } = await inTheBrowser();
    await waits()[0]?.refuse(problem('owner-gone'));
    expect([steps.stage, waits().length]).toEqual(['browser', 2]);
    await waits()[1]?.refuse(problem('owner-gone'));
    expect(steps.stage).toBe('over');
  });
});

describe('on the server’s own page', () => {
  const page = { address: 'https://cloud.example/session', stored: 'session' };
  const first = step('a.1', [{ key: 'page', type: 'token', label: 'Page' }], { page });

  it('is opened once, and ends with the step that it brings', async () => {
    const { steps, asked, last, begun, ended } = setUp();
    await begun(first);
    expect(steps.stage).toBe('page');
    void steps.openPage();
    void steps.openPage();
    expect(asked).toHaveLength(2);
    expect(last()).toMatchObject({ name: 'window.signInPage', input: { carry: 'a.1', ...page } });
    expect(steps.pageOpen).toBe(true);
    await last().answer({ step: signedIn });
    expect(ended).toEqual([signedIn]);
  });

  it('can be opened again where it was closed', async () => {
    const { steps, last, begun, asked } = setUp();
    await begun(first);
    void steps.openPage();
    await last().answer({});
    expect([steps.stage, steps.pageOpen, steps.wrong]).toEqual(['page', false, undefined]);
    void steps.openPage();
    expect(asked).toHaveLength(3);
  });

  it('is begun again where it had ended', async () => {
    const { steps, last, begun } = setUp();
    await begun(first);
    void steps.openPage();
    await last().refuse(problem('sign-in-over'));
    await last().answer({ ...first, carry: 'b.1' });
    expect([steps.stage, steps.pageOpen, steps.wordsAt('form')]).toEqual([
      'page',
      false,
      expect.stringContaining('begun again'),
    ]);
  });
});
