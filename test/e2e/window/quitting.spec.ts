/** Quitting while a server has a chunk that it has not answered: its last answer has the delete key. */
import type { Page } from '@playwright/test';
import type { Peer } from '../../peers/peer.ts';
import { type Desk, expect, test } from './desk.ts';

const chunk = 200_000;

type Waiting = { readonly page: Page; readonly peer: Peer; readonly answer: () => void };

/** The app after it was quit, while its server has the last chunk of a file and does not answer. */
const quitWhileServerWorks = async (desk: Desk): Promise<Waiting> => {
  const answer = Promise.withResolvers<undefined>();
  const peer = await desk.peer({
    config: { CHUNK_SIZE: chunk },
    frontDoes: { beforeAnswer: (line) => (line.endsWith('chunk=1') ? answer.promise : undefined) },
  });
  await desk.saveServer(peer, 'Hafen');
  await desk.run(['add', await desk.file('film.mkv', 2 * chunk)]);
  const page = await desk.start();
  await expect(page.getByRole('row').filter({ hasText: 'film.mkv' })).toContainText('server is working');
  await desk.app.command('answerMessage', 'Quit', false);
  await desk.app.command('quit');
  const state = () => desk.app.command('state');
  await expect.poll(async () => (await state()).windows[0]?.visible).toBe(false);
  await expect.poll(async () => JSON.stringify((await state()).trays)).toContain('Quit now');
  const [tray] = (await state()).trays;
  expect(tray?.toolTip).toBe('Stevedore: Quitting when Hafen has stored the current chunk');
  expect(JSON.stringify(tray)).toContain('If you quit now, a file may start over or lose its delete key');
  return { page, peer, answer: () => answer.resolve(undefined) };
};

test(
  'the app hides and ends when the server has answered, and has the delete key',
  { tag: '@app' },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'On the real system a person has to answer the dialog.');
    const { answer } = await quitWhileServerWorks(desk);
    answer();
    expect((await desk.app.ended).code).toBe(0);
    await desk.run(['run', '--until-idle']);
    expect(await desk.run(['list', '--json'])).toMatch(/"state":"done".*"deleteKey":"/);
  },
);

test(
  'Quit now in the tray ends it at once, and the next start says what was lost',
  { tag: '@app' },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'On the real system a person has to click the tray.');
    const { answer } = await quitWhileServerWorks(desk);
    await desk.app.command('clickTrayMenu', ['Quit now']);
    expect((await desk.app.ended).code).toBe(0);
    answer();
    await desk.run(['run', '--until-idle']);
    // The proxy dropped the request with its client, or the server had it all: the one or the other is said.
    expect(await desk.run(['show', '1'])).toMatch(/before Hafen answered the last chunk|The file starts over/);
  },
);

test('a shutdown is held up until the server has answered, and nothing is lost', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'A real system would shut down.');
  const { answer } = await quitWhileServerWorks(desk);
  expect(await desk.app.command('power', 'shutdown')).toBe(true);
  answer();
  expect((await desk.app.ended).code).toBe(0);
  await desk.run(['run', '--until-idle']);
  expect(await desk.run(['list', '--json'])).toMatch(/"state":"done".*"deleteKey":"/);
});

test(
  'a shutdown does not wait for ever for a server that does not answer',
  { tag: ['@app', '@rest'] },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'A real system would shut down.');
    const { answer } = await quitWhileServerWorks(desk);
    await desk.app.command('power', 'shutdown');
    expect((await desk.app.ended).code).toBe(0);
    answer();
  },
);
