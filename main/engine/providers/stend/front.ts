/** What stands before the server decides what a cut does to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import { isRefusal, refusal, titles } from './answers.ts';
import { filePart, framingBytes } from './file-part.ts';
import { type Asked, chunkUrl } from './probe.ts';
import type { Front } from './state.ts';

/**
 * Bytes of the whole body, framing included: so few that they leave as one write. protocol: the server answers without
 * reading them, and closes; nginx that is still writing then gives up with 502 and never reads the answer.
 */
const announced = 8_000;
const firstBytes = 4_000;
const silenceMs = 1500;

/** protocol: the server makes keys of 12 characters, so that this is nobody's. */
const nobodysKey = 'stevedorelooksatthefront';

/** The practice server stores a chunk whole or not at all, and needs nothing in front of it. */
export const isPractice = (serverHeader = ''): boolean => /^Stevedore-Practice\b/.test(serverHeader);

/**
 * Finds it without harm: a chunk for an unknown upload, half of it sent, a pause, then the rest and the closing boundary,
 * always. protocol: an answer before the body was whole means not buffered; silence with `Server: nginx` means buffered; any
 * other silence is taken for not buffered (Caddy and Apache keep the early answer back as well).
 *
 * `chunkSize`: bytes of the chunks to come. Fails as `Http.send` and `refusal` do.
 */
export const findFront = async (asked: Asked, chunkSize: number, pauseMs = silenceMs): Promise<Outcome<Front>> => {
  const { name, address } = asked.server;
  const filler = announced - framingBytes;
  const body = filePart(filler, async function* () {
    yield Buffer.alloc(firstBytes);
    await sleep(pauseMs);
    yield Buffer.alloc(filler - firstBytes);
  });
  const sent = await asked.http.send({ method: 'PUT', url: chunkUrl(address, nobodysKey, 0), body, finishBody: true });
  if (!sent.ok) return sent;
  const answer = sent.value;
  if (answer.status === 413)
    // What refuses so little may still take less; whether it buffers that stays unknown.
    return chunkSize < announced
      ? ok('bare')
      : fail('attention', problem('proxy-limit', { server: name, chunk: chunkSize }));
  if (!isRefusal(answer, titles.transferKeyInvalid)) return refusal(answer, { server: name });
  const standing = answer.headers['server'] ?? '';
  const bears = isPractice(standing) || (!answer.early && /^nginx\b/i.test(standing));
  return ok(bears ? 'buffered' : 'bare');
};
