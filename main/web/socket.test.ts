import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startSilentServer } from '../../test/fakes/silent-server.ts';
import { TestWindow, until } from './test-window.ts';

let window: TestWindow;
beforeEach(async () => {
  window = await TestWindow.create();
});
afterEach(() => window.remove());

describe('the socket', () => {
  it('answers two thousand frames of nonsense with refusals or its end, and changes nothing', async () => {
    await window.start();
    const cookie = await window.signIn();
    let socket = await window.opened(cookie);
    const before = await socket.call('settings.get');
    // What a frame can name; what would reach out to a network is called with inputs that are refused.
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'transfers.add',
        'transfers.wish',
        'servers.remove',
        'window.browse',
        'window.copy',
        '__proto__',
        'constructor',
      ),
    );
    const input = fc.oneof(fc.jsonValue(), fc.record({ path: fc.string(), ids: fc.array(fc.integer()) }));
    const frames = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.record({ id: fc.oneof(fc.nat(), fc.jsonValue()), call: names, input }).map((value) => JSON.stringify(value)),
    );
    let ends = 0;
    for (const frame of fc.sample(frames, 2000)) {
      const heard = socket.messages.length;
      socket.send(frame);
      // Answered, or the end of the connection: nothing else comes, and nothing hangs.
      while (socket.messages.length === heard && socket.closed === undefined)
        await new Promise((resolve) => setTimeout(resolve, 0));
      if (socket.closed === undefined) continue;
      ends++;
      expect([1003, 1008]).toContain(socket.closed);
      socket = await window.opened(cookie);
    }
    expect(ends).toBeGreaterThan(500);
    expect(ends).toBeLessThan(2000);
    const after = await window.opened(cookie);
    expect((await after.call('settings.get'))['value']).toEqual(before['value']);
    expect(await after.call('transfers.list')).toMatchObject({ ok: true, value: { rows: [] } });
    expect(await after.call('servers.list')).toMatchObject({ ok: true, value: [] });
  });

  it('ends for a message that is too long, and lets the browser come back', async () => {
    await window.start();
    const cookie = await window.signIn();
    const socket = await window.opened(cookie);
    socket.send('x'.repeat(9 * 1024 * 1024));
    await until(() => socket.closed !== undefined);
    expect(socket.closed).toBe(1009);
    expect(typeof (await window.socket(cookie))).toBe('object');
  });

  it.each(['a cancel', 'a browser that leaves'])('ends a call that still asks a server: %s', async (how) => {
    const silent = await startSilentServer();
    onTestFinished(silent.close);
    await window.start();
    const socket = await window.opened(await window.signIn());
    socket.send(JSON.stringify({ id: 7, call: 'servers.recognise', input: { address: silent.url } }));
    await until(() => silent.open.size === 1);
    if (how === 'a cancel') socket.send(JSON.stringify({ cancel: 7 }));
    else socket.close();
    await until(() => silent.open.size === 0);
  });
});
