import { describe, expect, it } from 'vitest';
import {
  alive,
  answer,
  file,
  held,
  linesOf,
  missing,
  now,
  placeholder,
  policy,
  progress,
  refreshed,
  remote,
  said,
  scripted,
  sessionGone,
  tokens,
  unlocked,
} from './fixtures/scripted.ts';
import { resume } from './resume.ts';

const gone = { failure: { behaviour: 'restart', problem: { code: 'session-gone' } } };
const direct = said(40006);

describe('resuming', () => {
  it('goes on from its own record where the session lives', async () => {
    const ctx = scripted([alive]);
    expect(await resume(remote, progress([0]), ctx)).toEqual({ ok: true, value: { remote, stored: [], notices: [] } });
    expect(linesOf(ctx)).toEqual(['POST /file/upload/session1/0']);
  });

  it('decides in its order: probe, look at the file, renew the token once, probe again, start anew', async () => {
    const ctx = scripted([sessionGone, placeholder(), refreshed('access2'), sessionGone, placeholder()]);
    expect(await resume(remote, progress([0]), ctx)).toMatchObject(gone);
    expect(linesOf(ctx).map((line) => line.split('?')[0])).toEqual([
      'POST /file/upload/session1/0',
      'GET /file/info',
      'POST /session/token/refresh',
      'POST /file/upload/session1/0',
      'GET /file/info',
    ]);
  });

  it.each([
    ['is not there', missing],
    ['is another upload’s', placeholder('theirs')],
    ['has another size', file({ size: 7 })],
  ])('starts anew where the file %s', async (_what, looked) => {
    expect(await resume(remote, progress([0]), scripted([sessionGone, looked]))).toMatchObject(gone);
  });

  it('takes it all for stored where the file is done, whatever the probe said', async () => {
    for (const reply of [sessionGone, unlocked, missing])
      expect(await resume(remote, progress([1]), scripted([reply, file(), file()]))).toMatchObject({
        ok: true,
        value: { stored: [0, 2] },
      });
  });

  it('does not take for its own what another upload of that size has stored there since', async () => {
    const entity = (ms: number) => ({ id: 'content', size: 25, created_at: new Date(now + ms).toISOString() });
    const at = (ms: number) => file({ extended_info: { storage_used: 25, entities: [entity(ms)] } });
    expect(await resume(remote, progress([0]), scripted([sessionGone, file(), at(3_600_000)]))).toMatchObject(gone);
    expect(await resume(remote, progress([0]), scripted([sessionGone, file(), at(-300)]))).toMatchObject({ ok: true });
    expect(await resume(remote, progress([0]), scripted([sessionGone, file(), missing]))).toMatchObject(gone);
  });

  it('says that the time was over, by the server’s clock', async () => {
    const at = remote.expires + 60_000;
    const late = { secret: JSON.stringify(tokens({ accessExpires: at + 3_600_000 })) };
    const ctx = scripted([said(40013, undefined, '', {}, at)], late);
    expect(await resume(remote, progress([0]), ctx)).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'deadline-passed', params: { hours: 24 } } },
    });
    const early = scripted([said(40013, undefined, '', {}, now)], { ...late, now: () => at });
    expect(await resume(remote, progress([0]), early)).toMatchObject({ ok: true });
  });

  it('waits where somebody holds the file, and where the server cannot be asked', async () => {
    expect(await resume(remote, progress([0]), scripted([held]))).toMatchObject({ failure: { behaviour: 'retry' } });
    expect(await resume(remote, progress([0]), scripted([answer(502, '<html>')]))).toMatchObject({
      failure: { behaviour: 'server-busy' },
    });
  });

  describe('on a node', () => {
    const node = {
      ...remote,
      policy: { ...policy, type: 'remote' },
      uploadUrls: ['https://node.example/up'],
      credential: 'c',
    };

    it('asks the node too, which may have forgotten what the site has not', async () => {
      const ctx = scripted([direct, alive]);
      expect(await resume(node, progress([0]), ctx)).toMatchObject({ ok: true, value: { stored: [] } });
      expect(linesOf(ctx)[1]).toBe('POST https://node.example/up?chunk=0');
      expect(await resume(node, progress([0]), scripted([direct, sessionGone]))).toMatchObject(gone);
    });
  });

  describe('on OneDrive', () => {
    const drive = { ...remote, policy: { ...policy, type: 'onedrive' }, uploadUrls: ['https://drive.example/up'] };
    const has = (range: string) => answer(200, { nextExpectedRanges: [range] });

    it('asks the store what it has', async () => {
      expect(await resume(drive, progress([]), scripted([direct, has('20-24')]))).toMatchObject({
        value: { stored: [0, 1] },
      });
      expect(await resume(drive, progress([0]), scripted([direct, has('15-24')]))).toMatchObject({
        value: { stored: [] },
      });
    });

    it('starts anew where the store has less than it had acknowledged, or nothing of it', async () => {
      expect(await resume(drive, progress([0, 1]), scripted([direct, has('10-24')]))).toMatchObject(gone);
      expect(await resume(drive, progress([0]), scripted([direct, answer(404)]))).toMatchObject(gone);
    });

    it('goes on to tell the site where the store has let go of what is whole', async () => {
      expect(await resume(drive, progress([0, 1, 2]), scripted([direct, answer(404)]))).toMatchObject({
        ok: true,
        value: { stored: [] },
      });
    });

    it('lets the site tell whether it is whole where only the last answer was lost', async () => {
      const inDoubt = { ...progress([0, 1]), inFlight: [{ index: 2, begun: true }] };
      const ctx = scripted([direct, answer(404), said(0)]);
      expect(await resume(drive, inDoubt, ctx)).toMatchObject({ ok: true, value: { stored: [2] } });
      expect(linesOf(ctx)[2]).toBe('POST /callback/onedrive/session1/hush');
      expect(await resume(drive, inDoubt, scripted([direct, answer(404), said(-1)]))).toMatchObject(gone);
      expect(await resume(drive, inDoubt, scripted([direct, answer(404), said(50004)]))).toMatchObject({
        failure: { behaviour: 'retry' },
      });
    });
  });
});
