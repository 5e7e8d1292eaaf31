/** This machine's clock is off by a day or ten years: what the server still has is continued, and nothing waits for years. */
import { it } from 'vitest';
import { onEachServer } from './each-server.ts';

const day = 86_400_000;
const steps = [
  ['a day ahead', day],
  ['a day behind', -day],
  ['ten years ahead', 3_652 * day],
  ['ten years behind', -3_652 * day],
] as const;

onEachServer('with a clock that is off, an upload', ({ upload }) => {
  for (const [what, off] of steps) {
    it(`begun with a clock that is ${what} is continued when it is right again`, async () => {
      const made = await upload(4);
      made.clockOff = off;
      await made.open({
        acknowledged: (chunks) => {
          if (chunks === 2) void made.queue.wish({ ids: [made.id] }, 'pause');
        },
      });
      await made.queue.start();
      await made.reached('paused');
      await made.close();
      made.clockOff = 0;
      await made.open();
      await made.queue.start();
      await made.queue.wish({ ids: [made.id] }, 'resume');
      await made.isDone();
      await made.close();
    });

    it(`goes on while its clock jumps to ${what}`, async () => {
      const made = await upload(4);
      await made.open({
        sending: (chunks) => {
          if (chunks === 1) made.clockOff = off;
        },
      });
      await made.queue.start();
      await made.isDone();
      await made.close();
    });

    it(`is continued after a kill within a chunk, with a clock that is ${what} then`, async () => {
      const made = await upload(4);
      let killed: Promise<void> | undefined;
      await made.open({
        sending: (chunks) => {
          if (chunks === 2) killed ??= made.kill();
        },
      });
      await made.queue.start();
      await made.until(() => killed !== undefined);
      await killed;
      made.clockOff = off;
      await made.open();
      await made.queue.start();
      await made.isDone();
      await made.close();
    });
  }
});
