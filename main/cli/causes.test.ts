import { expect, it } from 'vitest';
import { decision } from '../../preload/decisions.ts';
import { testHost } from './test-host.ts';

/** An upload of two files whose names are taken, in a queue that has so many such files. */
const upload = async (inQueue: number): Promise<string> => {
  const cause = (count: number) => ({
    causes: [{ code: 'name-exists', count, ids: [3, 4], decisions: [decision('skip')] }],
  });
  const host = testHost({
    'transfers.add': () => ({ added: [3, 4], refused: [], notices: [] }),
    'queue.start': () => ({ running: false, problem: { code: 'disk-full', message: 'full', params: {} } }),
    'transfers.causes': ({ filter }) => cause(filter?.ids === undefined ? inQueue : 2),
  });
  await host.run('upload', 'a', 'b');
  return host.out();
};

it('the command that decides about a batch decides about no other upload', async () => {
  expect(await upload(3)).toContain('    stevedore decide 3 4 skip  # Skip all\n');
  expect(await upload(2)).toContain('    stevedore decide --all --cause name-exists skip  # Skip all\n');
});
