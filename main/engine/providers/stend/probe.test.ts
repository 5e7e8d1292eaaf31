import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer } from '../../http/http.ts';
import { answer, linesOf, refused, remote, scripted } from './fixtures/scripted.ts';
import { findWanted, probe } from './probe.ts';

/** A server that has the first so many chunks. */
const having = (stored: number) =>
  scripted((request): Answer => {
    const chunk = Number(/chunk=(\d+)$/.exec(request)?.[1]);
    if (chunk < stored) return refused(400, 'Chunk déjà uploadé');
    return chunk === stored ? refused(406, 'Not Acceptable') : refused(400, 'Chunk précédent non uploadé');
  });

describe('asking for one chunk', () => {
  it.each([
    [refused(400, 'Chunk déjà uploadé'), 'stored'],
    [refused(406, 'Not Acceptable'), 'wanted'],
    [refused(400, 'Chunk précédent non uploadé'), 'early'],
    [refused(400, 'Numéro du chunk invalide'), 'alive'],
    [refused(400, 'Fichier déjà uploadé'), 'complete'],
    [refused(400, 'Clé de transfert invalide'), 'gone'],
  ])('understands %#: %o', async (reply, standing) => {
    const ctx = scripted([reply]);
    expect(await probe(ctx, 'k y', 4)).toEqual({ ok: true, value: standing });
    expect(ctx.asked).toEqual([
      { request: 'PUT /files/uploadChunk?transferkey=k%20y&chunk=4', headers: undefined, body: '' },
    ]);
  });

  it.each([
    [answer(406, '<html>No</html>'), 'retry', 'not-this-server'],
    [answer(200, '<html>Sign in</html>'), 'retry', 'not-this-server'],
    [answer(503, '<html>', { retryAfterMs: 9000 }), 'server-busy', 'server-busy'],
    [refused(500, 'Internal Server Error'), 'retry', 'server-failed'],
  ])('takes nothing else for it (%#)', async (reply, behaviour, code) => {
    expect(await probe(scripted([reply]), 'k', 0)).toMatchObject({ failure: { behaviour, problem: { code } } });
  });
});

describe('the next chunk', () => {
  it('is found in one question where the record is right, in two after a lost answer', async () => {
    const right = having(40);
    expect(await findWanted(right, { ...remote, count: 100 }, 40)).toEqual({ ok: true, value: 40 });
    expect(right.asked).toHaveLength(1);
    const lost = having(41);
    expect(await findWanted(lost, { ...remote, count: 100 }, 40)).toEqual({ ok: true, value: 41 });
    expect(linesOf(lost).map((line) => line.replace(/.*=/, ''))).toEqual(['40', '41']);
  });

  it('is found by halving, whatever was known', async () => {
    const upload = fc.integer({ min: 1, max: 5000 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        stored: fc.integer({ min: 0, max: count - 1 }),
        from: fc.integer({ min: 0, max: count }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(upload, async ({ count, stored, from }) => {
        const ctx = having(stored);
        expect(await findWanted(ctx, { ...remote, count }, from)).toEqual({ ok: true, value: stored });
        expect(ctx.asked.length).toBeLessThanOrEqual(4 + Math.ceil(Math.log2(count)));
      }),
    );
  });

  it('is nowhere on a server that contradicts itself', async () => {
    const ctx = scripted(() => refused(400, 'Chunk déjà uploadé'));
    expect(await findWanted(ctx, remote, 0)).toEqual({ ok: true, value: 'gone' });
  });
});
