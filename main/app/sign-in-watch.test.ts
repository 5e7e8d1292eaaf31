import { describe, expect, it, vi } from 'vitest';
import { ContractError, type CallName, type Client, type SignInView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { SignInTurns, type Opened } from './sign-in-turns.ts';
import { SignInWatch, type SignInEnd } from './sign-in-watch.ts';

type Asked = Extract<SignInView, { readonly ask: unknown }>;

const page = { address: 'https://files.example.org/session', stored: 's' };
const stays = (carry: string, more: Partial<Asked> = {}): SignInView => ({ ask: [], ways: [], carry, page, ...more });
const code: SignInView = { ask: [{ key: 'otp', type: 'otp', label: 'Code' }], ways: [], carry: 'c9' };
const wrong = new ContractError(problemView(problem('signed-out', { server: 'Hafen' })));

/** A page whose storage the test writes, and an engine that answers when the test says so. */
const setUp = (carry = 'c1') => {
  const asked: { readonly carry: string; readonly text: string; readonly answer: PromiseWithResolvers<SignInView> }[] =
    [];
  const site: { kept: string | undefined; gone: boolean } = { kept: undefined, gone: false };
  const renewed: string[] = [];
  const watch = new SignInWatch({
    carry,
    look: () => (site.gone ? Promise.reject(new Error('Object has been destroyed')) : Promise.resolve(site.kept)),
    take: (now, text) => {
      const answer = Promise.withResolvers<SignInView>();
      asked.push({ carry: now, text, answer });
      return answer.promise;
    },
    renewed: (now) => renewed.push(now),
  });
  const ends: (SignInEnd | 'failed')[] = [];
  watch.ended.then(
    (end) => ends.push(end),
    () => ends.push('failed'),
  );
  const calm = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const look = async (kept?: string): Promise<void> => {
    site.kept = kept;
    void watch.look();
    await calm();
  };
  const answer = async (step: SignInView | Error): Promise<void> => {
    const last = asked.at(-1);
    if (step instanceof Error) last?.answer.reject(step);
    else last?.answer.resolve(step);
    await calm();
  };
  return { watch, asked, site, renewed, ends, look, answer, calm };
};

describe('a sign-in on a server’s page', () => {
  it('takes the step with what the page keeps, once for each change, and is over with the step that asks otherwise', async () => {
    const { look, asked, answer, ends, renewed } = setUp();
    await look();
    expect(asked).toEqual([]);
    await look('nobody');
    await answer(stays('c2'));
    await look('nobody');
    expect(asked).toHaveLength(1);
    await look('somebody');
    expect(asked.map(({ carry, text }) => [carry, text])).toEqual([
      ['c1', 'nobody'],
      ['c2', 'somebody'],
    ]);
    expect(ends).toEqual([]);
    await answer(code);
    expect(ends).toEqual([{ step: code }]);
    await look('more');
    expect(asked).toHaveLength(2);
    expect(renewed).toEqual(['c2']);
  });

  it('takes one step after the other, the next with the newest', async () => {
    const { look, asked, answer } = setUp();
    await look('a');
    await look('b');
    await look('c');
    expect(asked.map(({ text }) => text)).toEqual(['a']);
    await answer(stays('c2'));
    expect(asked.map(({ carry, text }) => [carry, text])).toEqual([
      ['c1', 'a'],
      ['c2', 'c'],
    ]);
  });

  it('gives back words that are for the person, also where the page is asked for again', async () => {
    const { look, answer, ends } = setUp();
    const step = stays('c2', { notice: problemView(problem('signed-out', { server: 'Hafen' })) });
    await look('a');
    await answer(step);
    expect(ends).toEqual([{ step }]);
  });

  it('ends with the problem of a step', async () => {
    const { look, answer, watch, ends } = setUp();
    await look('a');
    await answer(wrong);
    await expect(watch.ended).rejects.toBe(wrong);
    expect(ends).toEqual(['failed']);
  });

  it('bears a page that goes while it is looked at', async () => {
    const { look, site, asked } = setUp();
    site.gone = true;
    await look('a');
    expect(asked).toEqual([]);
    site.gone = false;
    await look('a');
    expect(asked).toHaveLength(1);
  });

  it('ends without a step where the person goes, and takes none any more', async () => {
    const { watch, look, asked, ends } = setUp();
    watch.leave();
    await look('a');
    expect(ends).toEqual([{}]);
    expect(asked).toEqual([]);
  });

  it.each([
    ['is told where it signed in', code, { step: code }],
    ['is nothing where it did not', stays('c2'), {}],
    ['is its problem where it failed', wrong, 'failed'],
  ])('waits for the step under way when the person goes: it %s', async (_how, step, end) => {
    const { watch, look, answer, calm, ends, asked } = setUp();
    await look('a');
    await look('b');
    watch.leave();
    await calm();
    expect(ends).toEqual([]);
    await answer(step);
    expect(ends).toEqual([end]);
    expect(asked).toHaveLength(1);
  });

  it('ends with what made the page unusable, unless it has ended', async () => {
    const { watch } = setUp();
    watch.fail(wrong);
    await expect(watch.ended).rejects.toBe(wrong);
    watch.leave();
    await expect(watch.ended).rejects.toBe(wrong);
  });
});

describe('pages of sign-ins', () => {
  /** An engine that answers every call with nothing. */
  const engine = () => {
    const calls: (readonly [CallName, unknown, AbortSignal | undefined])[] = [];
    const client: Client = {
      call: (name, input, signal) => {
        calls.push([name, input, signal]);
        return Promise.resolve({} as never);
      },
      on: () => () => undefined,
      close: () => Promise.resolve(),
    };
    return { client, calls };
  };
  const opener = () => {
    const opened: (ReturnType<typeof setUp> & { readonly carry: string; focused: number })[] = [];
    const open = (carry: string, renewed: (carry: string) => void): Opened => {
      const mine = Object.assign(setUp(carry), { carry, focused: 0 });
      opened.push(mine);
      mine.renewed.push = (...items) => (items.forEach(renewed), items.length);
      return { watch: mine.watch, focus: () => (mine.focused += 1) };
    };
    return { opened, open };
  };

  it('are shown one at a time: another one closes the first', async () => {
    const turns = new SignInTurns();
    const { opened, open } = opener();
    const first = turns.answer('a1', open);
    const second = turns.answer('b1', open);
    expect(await first).toEqual({});
    expect(opened.map(({ carry }) => carry)).toEqual(['a1', 'b1']);
    turns.leave();
    expect(await second).toEqual({});
  });

  it('are brought to the front where they are asked for again, and answer both', async () => {
    const turns = new SignInTurns();
    const { opened, open } = opener();
    const both = [turns.answer('a1', open), turns.answer('a1', open)];
    expect(opened.map(({ focused }) => focused)).toEqual([1]);
    await opened[0]?.look('a');
    await opened[0]?.answer(code);
    expect(await Promise.all(both)).toEqual([{ step: code }, { step: code }]);
  });

  it('go on where they were left, although whoever asks knows the first step only', async () => {
    const turns = new SignInTurns();
    const { opened, open } = opener();
    const first = turns.answer('a1', open);
    await opened[0]?.look('nobody');
    await opened[0]?.answer(stays('a2'));
    turns.leave();
    await first;
    const again = turns.answer('a1', open);
    expect(opened[1]?.carry).toBe('a2');
    await opened[1]?.look('nobody');
    await opened[1]?.answer(stays('a3'));
    turns.leave();
    await again;
    void turns.answer('a1', open);
    expect(opened[2]?.carry).toBe('a3');
    turns.leave();
  });

  it('close with the sign-in that the window gives up, and with no other', async () => {
    const turns = new SignInTurns();
    const client = turns.following(engine().client);
    const { open } = opener();
    const first = turns.answer('a1', open);
    await client.call('servers.endSignIn', { carry: 'b1' });
    const ended = vi.fn<() => void>();
    void first.then(ended);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).not.toHaveBeenCalled();
    await client.call('servers.endSignIn', { carry: 'a1' });
    expect(await first).toEqual({});
  });

  it('leave the calls of the window as they are: each can be cancelled', async () => {
    const { client, calls } = engine();
    const stop = new AbortController();
    await new SignInTurns().following(client).call('folders.list', { serverId: 's' }, stop.signal);
    expect(calls).toEqual([['folders.list', { serverId: 's' }, stop.signal]]);
  });

  it('are forgotten in the end', async () => {
    const turns = new SignInTurns();
    const { opened, open } = opener();
    for (let index = 0; index <= 20; index++) {
      const answer = turns.answer(`s${index}`, open);
      await opened.at(-1)?.look('nobody');
      await opened.at(-1)?.answer(stays(`next of ${index}`));
      turns.leave();
      await answer;
    }
    void turns.answer('s0', open);
    void turns.answer('s1', open);
    expect(opened.slice(-2).map(({ carry }) => carry)).toEqual(['s0', 'next of 1']);
    turns.leave();
  });
});
