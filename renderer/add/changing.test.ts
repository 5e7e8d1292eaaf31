import { beforeEach, describe, expect, it } from 'vitest';
import type { CallInput, CallOutput, KindView, ProblemView, ServerView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { serverRow } from '../../test/fakes/server-row.ts';
import { transferRow } from '../../test/fakes/transfer-row.ts';
import type { App } from '../client/app.svelte.ts';
import type { Kinds } from '../client/kinds.svelte.ts';
import { Slips } from '../client/slips.svelte.ts';
import { ChangeForm, mayChange, mayMove } from './changing.svelte.ts';

const { capabilities } = serverRow();
const hafen = serverRow({ id: 'one', name: 'Hafen' });
const cloud = serverRow({
  id: 'two',
  name: 'cloud',
  kind: 'cloud',
  folder: '/Films',
  capabilities: { ...capabilities, expiry: false, ownKey: false, folders: true, createShares: true },
});
const short = serverRow({ id: 'three', name: 'short', limits: { expirySeconds: 3_600 } });
const servers: readonly ServerView[] = [hafen, cloud, short];
const field = { label: 'Label', help: 'Help' };
const kinds: readonly KindView[] = [
  { kind: 'example', title: 'Example', signIn: 'password', expiry: true, serverFields: [], transferFields: [] },
  {
    kind: 'cloud',
    title: 'Cloud',
    signIn: 'steps',
    expiry: false,
    serverFields: [],
    transferFields: [
      { ...field, key: 'to', type: 'folder' },
      { ...field, key: 'link', type: 'flag', role: 'share' },
      { ...field, key: 'times', type: 'number', role: 'share-downloads' },
    ],
  },
];

type About = CallOutput<'transfers.changeable'>;
const fixed: ProblemView = problemView(problem('change-fixed', { server: 'Hafen', term: 'expiry' }));
const terms = (...names: readonly string[]): About['terms'] =>
  names.map((term) => ({ term, changeable: 3, fixed: [] }));
const aboutHafen: About = {
  count: 3,
  over: 0,
  serverId: 'one',
  terms: terms('server', 'expiry', 'key'),
  values: { expiry: 86_400 },
  mixed: [],
};

let asked: CallInput<'transfers.change'>[];
let answer: CallOutput<'transfers.change'>;
let slips: Slips;

beforeEach(() => {
  asked = [];
  answer = { changed: [1, 2, 3], unchanged: [], notices: [] };
  slips = new Slips();
});

const opened = async (about: About): Promise<ChangeForm> => {
  const answers = {
    'transfers.changeable': () => about,
    'transfers.change': (input: CallInput<'transfers.change'>) => {
      asked.push(input);
      return answer;
    },
  };
  const call = (name: keyof typeof answers, input: never) => Promise.resolve(answers[name](input));
  const app = {
    client: { call, on: () => () => undefined },
    servers,
    server: (id: string) => servers.find((one) => one.id === id),
    slips,
  } as unknown as App;
  const known = {
    load: () => Promise.resolve(),
    fieldsOf: (server?: ServerView) => kinds.find(({ kind }) => kind === server?.kind)?.transferFields ?? [],
  };
  const form = new ChangeForm(app, { filter: { ids: [1, 2, 3] }, count: 3 }, known as unknown as Kinds);
  await form.look();
  return form;
};

describe('changing uploads', () => {
  it('asks for what was changed and for nothing else', async () => {
    const form = await opened(aboutHafen);
    expect([form.textOf('expiry'), form.ready]).toEqual(['86400', false]);
    form.typed['expiry'] = '3600';
    form.typed['key'] = '';
    expect([form.wanted, form.ready]).toEqual([{ expirySeconds: 3_600 }, true]);
    form.typed['expiry'] = '86400';
    expect(form.ready).toBe(false);
    form.typed['expiry'] = '';
    expect(await form.save()).toBe(true);
    expect(asked).toEqual([{ filter: { ids: [1, 2, 3] }, expirySeconds: null }]);
    expect(slips.all.map(({ text }) => text)).toEqual(['3 uploads changed']);
  });

  it('shows on the way to another server what the uploads get there, with its own fields', async () => {
    const form = await opened(aboutHafen);
    form.chooseServer('three');
    expect([form.moves, form.textOf('expiry'), form.wanted]).toEqual([true, '3600', { serverId: 'three' }]);
    form.chooseServer('two');
    expect([form.parts.folder?.key, form.textOf('to')]).toEqual(['to', '/Films']);
    form.typed['link'] = true;
    form.typed['times'] = '5';
    expect(form.wanted).toEqual({ serverId: 'two', extra: { link: true, times: 5 } });
    form.typed['times'] = 'many';
    expect(form.ready).toBe(false);
    form.chooseServer('one');
    expect([form.moves, form.wanted]).toEqual([false, {}]);
  });

  it('keeps what differs until something is chosen for all of them', async () => {
    const form = await opened({ ...aboutHafen, values: {}, mixed: ['expiry'] });
    expect([form.isMixed('expiry'), form.textOf('expiry'), form.ready]).toEqual([true, '', false]);
    form.typed['expiry'] = '3600';
    expect(form.wanted).toEqual({ expirySeconds: 3_600 });
  });

  it('leaves out what became fixed while the sheet was open, and says why', async () => {
    const about: About = {
      ...aboutHafen,
      terms: [...terms('server'), { term: 'expiry', changeable: 0, fixed: [{ problem: fixed, count: 3 }] }],
    };
    const form = await opened(about);
    form.typed['expiry'] = '3600';
    expect([form.isFixed('expiry'), form.wanted, form.ready]).toEqual([true, {}, false]);
    expect(form.reasonsOf('expiry').map(({ count }) => count)).toEqual([3]);
    // Elsewhere nothing of them is fixed yet.
    form.chooseServer('three');
    expect([form.isFixed('expiry'), form.reasonsOf('expiry')]).toEqual([false, []]);
  });

  it('says how many keep what they have, and stays open where nothing was changed', async () => {
    const form = await opened(aboutHafen);
    form.typed['expiry'] = '3600';
    answer = { changed: [1, 2], unchanged: [{ id: 3, problem: fixed }], notices: [] };
    expect(await form.save()).toBe(true);
    expect(slips.all.map(({ text }) => text)).toEqual([
      '2 uploads changed. 1 keeps what it has: The expiry is fixed when the upload is created on Hafen.',
    ]);
    answer = { changed: [], unchanged: [{ id: 3, problem: fixed }], notices: [] };
    expect(await form.save()).toBe(false);
    expect(form.wrong).toBe(fixed.message);
  });
});

describe('an upload', () => {
  it.each([
    ['queued', {}, true],
    ['paused', {}, true],
    ['waiting', {}, true],
    ['waiting', { chunkSize: 10 }, false],
    ['uploading', { chunkSize: 10 }, false],
    ['opening', {}, false],
    ['failed', { chunkSize: 10 }, true],
    ['attention', { chunkSize: 10 }, true],
    ['queued', { groupId: 1 }, false],
    ['done', {}, false],
  ] as const)('that is %s %j goes to another server: %s', (state, more, may) => {
    expect(mayMove(transferRow(1, { state, ...more }))).toBe(may);
  });

  it('that ended, or is being cancelled, is not changed any more', () => {
    expect(mayChange(transferRow(1, { state: 'uploading', chunkSize: 10 }))).toBe(true);
    expect(mayChange(transferRow(1, { state: 'done' }))).toBe(false);
    expect(mayChange(transferRow(1, { wish: 'cancel' }))).toBe(false);
    expect(mayChange(transferRow(1, { state: 'paused', undoUntil: 1 }))).toBe(false);
  });
});
