import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { decision } from '../../preload/decisions.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import {
  added,
  client,
  engine,
  file,
  prepareAccounts,
  site,
  start,
  stateOf,
  stop,
  until,
} from '../../test/fakes/account-bench.ts';

prepareAccounts();

const add = async (name: string): Promise<number> =>
  (await client.call('transfers.add', { paths: [await file(name)] })).added[0] ?? 0;
const viewOf = async (id: number): Promise<TransferView> => (await client.call('transfers.get', { id })).transfer;
const ids = async (id: number): Promise<readonly string[] | undefined> =>
  (await viewOf(id)).decisions?.map((one) => one.id);

/** A transfer whose first opening meets a problem. */
const stopped = async (why: Problem, behaviour: 'attention' | 'fatal' = 'attention'): Promise<number> => {
  await added();
  const id = await add('a');
  let met = false;
  site.files.before = (phase) => {
    if (phase !== 'open' || met) return undefined;
    met = true;
    return { behaviour, problem: why };
  };
  await client.call('queue.start', {});
  await until(async () => (await stateOf(id)) === (behaviour === 'attention' ? 'attention' : 'failed'));
  return id;
};

it('a problem of an earlier version, which carries no decisions, offers those of its code', async () => {
  const id = await stopped(problem('file-changed', { path: 'a', what: 'size' }));
  expect(await ids(id)).toEqual(['remove', 'upload-changed']);
  const write = (why: Problem | undefined): void =>
    engine.store.transfers.update(id, { problem: why, state: 'attention' });
  write(problem('name-exists', { server: 'account', name: 'a' }));
  expect(await ids(id)).toEqual(['skip', 'new-version', 'rename']);
  // There is no other server yet.
  write(problem('server-full', { server: 'account' }));
  expect(await ids(id)).toEqual(['retry']);
  write(undefined);
  expect(await ids(id)).toEqual(['retry']);
  // Of a version that knows more than this one.
  write({
    ...problem('server-full', { server: 'account' }),
    decisions: [
      { id: 'x', role: 'burn', label: 'decision_burn' } as never,
      { ...decision('skip'), needs: 'picture' } as never,
    ],
  });
  expect(await ids(id)).toEqual(['retry']);
});

it('nothing is offered where nothing waits for a person', async () => {
  await added();
  const id = await add('a');
  expect(await ids(id)).toBeUndefined();
  const { refused } = await client.call('transfers.decide', { ids: [id], decision: 'skip' });
  expect(refused.map((one) => one.problem.code)).toEqual(['decision-unavailable']);
  expect(await stateOf(id)).toBe('queued');
});

const unknown: Problem = {
  ...problem('outcome-unknown', { server: 'account' }),
  decisions: [decision('mark-uploaded'), { ...decision('upload-again'), id: 'again' }],
};

it('decisions that a provider gave its problem outlive a restart, and one that is not among them changes nothing', async () => {
  const id = await stopped(unknown);
  await stop();
  start();
  expect(await ids(id)).toEqual(['mark-uploaded', 'again']);
  const { refused } = await client.call('transfers.decide', { ids: [id], decision: 'upload-again' });
  expect(refused[0]?.problem.message).toContain('Available: mark-uploaded, again.');
  expect(await stateOf(id)).toBe('attention');
});

it('a file that the user saw on the server counts as uploaded, and it is said that nobody verified it', async () => {
  const id = await stopped(unknown);
  const { changed } = await client.call('transfers.decide', { ids: [id], decision: 'mark-uploaded' });
  expect(changed).toEqual([id]);
  const { transfer, log } = await client.call('transfers.get', { id });
  expect([transfer.state, transfer.decisions]).toEqual(['done', undefined]);
  expect(log.at(-1)?.problem.code).toBe('marked-uploaded');
  expect((await client.call('history.list', {})).rows[0]?.proof?.by).toBe('person');
});

it('a file is uploaded again from the beginning where the user decides so', async () => {
  const id = await stopped(unknown);
  await client.call('transfers.decide', { ids: [id], decision: 'again' });
  await until(async () => (await stateOf(id)) === 'done');
});

it('a name that the server refuses is replaced by one that the user gives, and needs it', async () => {
  const id = await stopped(problem('name-refused', { server: 'account', name: 'a', why: asSaid('short') }), 'fatal');
  expect((await viewOf(id)).decisions?.at(-1)).toMatchObject({ id: 'rename', needs: 'name' });
  const { refused } = await client.call('transfers.decide', { ids: [id], decision: 'rename' });
  expect(refused.map((one) => one.problem.code)).toEqual(['decision-needs']);
  await client.call('transfers.decide', { ids: [id], decision: 'rename', value: 'longer' });
  await until(async () => (await stateOf(id)) === 'done');
  expect((await viewOf(id)).name).toBe('longer');
  expect(site.files.stored('longer').length).toBeGreaterThan(0);
});

it('a value is taken by the decision that it is for alone: the id of a server is no name', async () => {
  const id = await stopped(problem('name-exists', { server: 'account', name: 'a' }));
  const words = async (decision: string, valueIs: 'name' | 'server'): Promise<string | undefined> => {
    const { refused } = await client.call('transfers.decide', { ids: [id], decision, value: 'b', valueIs });
    return refused[0]?.problem.message;
  };
  expect(await words('new-version', 'name')).toMatch('The decision "new-version" takes no value. Nothing was changed.');
  expect(await words('skip', 'name')).toMatch('takes no value.');
  expect(await words('rename', 'server')).toMatch('The decision "rename" takes another value (name).');
  expect([(await viewOf(id)).name, await stateOf(id)]).toEqual(['a', 'attention']);
  await client.call('transfers.decide', { ids: [id], decision: 'rename', value: 'b', valueIs: 'name' });
  await until(async () => (await stateOf(id)) === 'done');
  expect((await viewOf(id)).name).toBe('b');
});

it('a file that its server cannot take goes to another one, and leaves the list of the first', async () => {
  const id = await stopped(problem('server-full', { server: 'account' }));
  const saved = engine.servers.all()[0];
  if (saved === undefined) throw new Error('no server');
  const second = randomUUID();
  engine.settings.saveServer({ ...saved, id: second, name: 'second' });
  expect(await ids(id)).toEqual(['retry', 'other-server']);
  const refusal = await client.call('transfers.decide', { ids: [id], decision: 'other-server', value: 'third' });
  expect(refusal.refused.map((one) => one.problem.code)).toEqual(['server-unknown']);
  await client.call('transfers.decide', { ids: [id], decision: 'other-server', value: second });
  const { rows } = await client.call('transfers.list', {});
  expect(rows.map((row) => [row.serverId, row.id === id])).toEqual([[second, true]]);
});

it('only the certificate that the user saw is trusted', async () => {
  const id = await stopped(problem('certificate-changed', { server: 'account', fingerprint: 'AB:CD' }));
  const decide = (value: string) =>
    client.call('transfers.decide', { ids: [id], decision: 'trust-certificate', value });
  expect((await decide('EF:01')).refused.map((one) => one.problem.code)).toEqual(['certificate-changed']);
  expect(engine.servers.all()[0]?.pin).toBeUndefined();
  expect((await decide('AB:CD')).changed).toEqual([id]);
  expect(engine.servers.all()[0]?.pin).toBe('AB:CD');
  await until(async () => (await stateOf(id)) === 'done');
});

it('a certificate that is trusted for several files of a server is trusted once, and all of them continue', async () => {
  const why = problem('certificate-changed', { server: 'account', fingerprint: 'AB:CD' });
  const id = await stopped(why);
  const other = await add('b');
  engine.store.transfers.update(other, { problem: why, state: 'attention' });
  const decided = { ids: [id, other], decision: 'trust-certificate', value: 'AB:CD' };
  expect(await client.call('transfers.decide', decided)).toMatchObject({ changed: [id, other], refused: [] });
  await until(async () => (await stateOf(id)) === 'done' && (await stateOf(other)) === 'done');
});

it('a sign-in is no decision that a call can make: it says where it is made', async () => {
  const id = await stopped(problem('signed-out', { server: 'account' }));
  expect(await ids(id)).toEqual(['sign-in']);
  const { refused } = await client.call('transfers.decide', { ids: [id], decision: 'sign-in' });
  expect(refused.map((one) => one.problem.code)).toEqual(['sign-in-asked']);
});

it('the history offers what can still be decided, until the upload is retried', async () => {
  const id = await stopped(problem('name-refused', { server: 'account', name: 'a', why: asSaid('short') }), 'fatal');
  const offered = async () => (await client.call('history.list', {})).rows.at(-1)?.decisions?.map((one) => one.id);
  expect(await offered()).toEqual(['remove', 'rename']);
  await client.call('transfers.decide', { ids: [id], decision: 'rename', value: 'longer' });
  await until(async () => (await stateOf(id)) === 'done');
  expect(await offered()).toBeUndefined();
});
