import { expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

it('an opening in doubt stays so, and the log says it, where the server cannot be used when the upload is cancelled', async () => {
  const id = await bench.add('a');
  const server = bench.server();
  server.before = bench.failsAt('open', { behaviour: 'retry', problem: bench.broken, afterMs: 60_000 });
  await bench.queue.start();
  await bench.until(() => bench.row(id).state === 'waiting' && bench.queue.moving.length === 0);
  // As where its saved settings cannot be read.
  bench.servers.delete('one');
  await bench.wished(id, 'cancel', 'cancelled');
  expect(bench.store.transfers.logOf(id, 50).map(({ problem }) => problem.code)).toContain('doubt-left');
  bench.servers.set('one', server);
  bench.works();
  await bench.wished(id, 'retry', 'done');
  expect(server.doubts).toEqual([false, true]);
});
