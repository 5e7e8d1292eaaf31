import { expect, it } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { CallError } from '../client/client.ts';
import type { App } from '../client/app.svelte.ts';
import { LinkAsks } from './link-asks.svelte.ts';

const scene = () => {
  const slips: string[] = [];
  const app = {
    client: {
      call: (_name: string, { link }: { readonly link: string }) =>
        link.startsWith('bad')
          ? Promise.reject(new CallError(problemView(problem('link-unknown'))))
          : Promise.resolve({ asks: 'add-server', address: link, saves: [] }),
    },
    slips: { error: (error: CallError) => void slips.push(error.problem.code) },
  } as unknown as App;
  const asks = new LinkAsks(app);
  const first = (): unknown => (asks.first?.asks === 'add-server' ? asks.first.address : undefined);
  const answer = (): void => {
    if (asks.first !== undefined) asks.drop(asks.first);
  };
  return { asks, slips, first, answer };
};

it('asks about one link after the other', async () => {
  const { asks, first, answer } = scene();
  await asks.take('https://a');
  await asks.take('https://b');
  expect(first()).toBe('https://a');
  answer();
  expect(first()).toBe('https://b');
  answer();
  expect(first()).toBeUndefined();
});

it('asks about the same link once, and not without end about others', async () => {
  const { asks, first, answer } = scene();
  for (const link of ['https://a', 'https://a', 'https://b', 'https://c', 'https://d']) await asks.take(link);
  const asked: unknown[] = [];
  while (first() !== undefined) {
    asked.push(first());
    answer();
  }
  expect(asked).toEqual(['https://a', 'https://b', 'https://c']);
});

it('says why a link is of no use, and asks about nothing', async () => {
  const { asks, slips, first } = scene();
  await asks.take('bad');
  expect(first()).toBeUndefined();
  expect(slips).toEqual(['link-unknown']);
});
