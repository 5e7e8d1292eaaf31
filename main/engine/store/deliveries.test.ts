import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { deliveryStates, sectionOf, sections } from '../../../preload/states.ts';
import { storeFiles } from './files.ts';
import type { Delivery } from './rows.ts';
import { addOne, closeSound, testFolder, testStore } from './test-rows.ts';

const states = deliveryStates.filter((state) => state !== 'planned');

test.each(states)('an upload whose message is %s is in the section that the table of states says', (state) => {
  const store = testStore();
  const id = addOne(store);
  store.transfers.end(id, 'done', 5, 'One', { delivery: { state } });
  const section = sectionOf({ state: 'done', delivery: { state } });
  for (const one of sections) {
    const count = one === section ? 1 : 0;
    for (const filter of [{}, { search: 'fil' }, { endedAfter: 1 }, { serverId: 'one' }]) {
      expect(store.transfers.sections(filter)[one].count, one).toBe(count);
      expect(store.transfers.section(one, filter, { skip: 0, limit: 9 }), one).toHaveLength(count);
    }
  }
});

test('the history keeps what became of a message after its upload was removed from the list', () => {
  const store = testStore();
  const id = addOne(store);
  store.transfers.end(id, 'done', 5, 'One', { delivery: { state: 'waiting', at: 5 } });
  store.transfers.remove([id]);
  store.transfers.setDelivery(id, { state: 'sent', at: 6 });
  expect(store.history.ofTransfer(id)?.delivery).toEqual({ state: 'sent', at: 6 });
});

test('what changes of a message is reported as a change of its row', () => {
  const store = testStore();
  const id = addOne(store);
  store.transfers.end(id, 'done', 5, 'One', { delivery: { state: 'waiting' } });
  const before = store.transfers.change();
  store.transfers.setDelivery(id, { state: 'sending' });
  expect(store.transfers.changedSince(before, 9)).toMatchObject([{ id, delivery: { state: 'sending' } }]);
});

test.each(['not JSON', '{}', '7'])(
  'a message whose column is damaged (%s) is never sent: the user is asked',
  async (text) => {
    const folder = testFolder();
    const store = testStore(folder);
    const id = addOne(store);
    store.transfers.end(id, 'done', 5, 'One', { delivery: { state: 'waiting' } });
    await closeSound(store);
    const db = new DatabaseSync(storeFiles(folder).database);
    db.prepare('UPDATE transfers SET delivery = ?').run(text);
    db.close();
    const again = testStore(folder);
    expect(again.transfers.get(id)?.delivery?.state).toBe('unknown' satisfies Delivery['state']);
    expect(again.transfers.nextToDeliver({ ids: [], serverIds: [] })).toBeUndefined();
    expect(again.transfers.sections({})['needs-you'].count).toBe(1);
  },
);
