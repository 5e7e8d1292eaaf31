/** POST /files/create. */
import { z } from 'zod';
import { type Problem, problem } from '../../../../preload/problems.ts';
import { dateOf } from '../../http/answer.ts';
import type { Answer } from '../../http/http.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Job, Opened, ProviderContext } from '../provider.ts';
import { beside, lasting, moment, revealed, text } from '../bounds.ts';
import { chunksMost, tooManyChunks } from '../chunk-limit.ts';
import { learnClock } from '../server-clock.ts';
import { defaultExpiry } from './admit.ts';
import { isRefusal, notThisServer, refusal, titles } from './answers.ts';
import { askInstance } from './instance.ts';
import { look, type Looked } from './look.ts';
import { signIn } from './password.ts';
import { type StendRemote, type StendSettings, unfinishedMs } from './state.ts';

/** protocol: the transfer key is revealed here only. The share key comes again with the last chunk's answer. */
const createdSchema = z.looseObject({
  transferKey: revealed(),
  shareKey: beside(revealed()),
  fileName: beside(text(4_000)),
  created: beside(moment),
  expireTime: beside(lasting),
  chunkEvery: beside(z.number().int().positive()),
  chunks: beside(z.array(z.looseObject({ size: z.number().int().nonnegative() }))),
});

/** ms that what `/instance` said is trusted without asking again. */
const freshMs = 600_000;

/**
 * Bytes that an answer which lists every chunk may have: some hundred for each. For a new upload never more than the most
 * chunks of a file take, whatever chunk size the server chose; an earlier version opened some with more.
 */
export const planBytes = (chunks: number): number => (1 << 20) + 250 * chunks;

const current = async (ctx: ProviderContext<StendSettings>): Promise<Outcome<Pick<Looked, 'settings' | 'changed'>>> => {
  const { settings } = ctx.server;
  const { front } = settings;
  const age = ctx.now() - settings.checkedAt;
  if (front !== undefined && age >= 0 && age < freshMs) return ok({ settings: { ...settings, front }, changed: false });
  const looked = await look(ctx);
  return looked.ok ? ok({ settings: looked.value.settings, changed: true }) : looked;
};

/** A limit that was lowered since it was read: said with the number of today. */
const overLimit = async (
  answer: Answer,
  job: Job,
  expiry: number,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<never> | undefined> => {
  const large = isRefusal(answer, titles.fileTooLarge);
  if (!large && !isRefusal(answer, titles.expiryTooLong)) return undefined;
  const server = ctx.server.name;
  const seen = await askInstance(ctx.server.address, server, ctx.http);
  const { fileMaxSize, fileMaxAge } = seen.ok ? seen.value.instance : ctx.server.settings;
  return large
    ? fail('fatal', problem('too-large', { name: job.name, size: job.size, limit: fileMaxSize, server }))
    : fail('fatal', problem('expiry-too-long', { wanted: expiry, limit: fileMaxAge, server }));
};

/** Whether chunks of these sizes are the file, cut every so many bytes. */
const addsUp = (chunks: readonly { readonly size: number }[], every: number, size: number): boolean =>
  chunks.length === Math.ceil(size / every) &&
  chunks.every((chunk, index) => chunk.size === (index === chunks.length - 1 ? size - every * index : every));

/**
 * See `Provider.open`. protocol: not idempotent: where the answer is lost, an upload is left that holds its share key for
 * five hours, and the next one gets another key, which is told.
 */
export const open = async (
  job: Job,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<Opened<StendRemote, StendSettings>>> => {
  const { name: server, address } = ctx.server;
  const signed = await signIn(ctx);
  if (!signed.ok) return signed;
  const now = await current(ctx);
  if (!now.ok) return now;
  const { settings, changed } = now.value;
  const many = tooManyChunks(job, settings.chunkSize, server);
  if (many !== undefined) return fail('fatal', many);
  const { key } = job.options;
  const expiry = job.options.expirySeconds ?? defaultExpiry(settings);
  const answer = await ctx.http.send({
    method: 'POST',
    url: `${address}/files/create`,
    headers: signed.value.headers,
    body: {
      json: {
        filename: job.name,
        filesize: job.size,
        expiretime: expiry,
        ...(key === undefined ? {} : { sharekey: key }),
      },
    },
    most: planBytes(Math.min(chunksMost, Math.ceil(job.size / settings.chunkSize))),
  });
  if (!answer.ok) return answer;
  if (answer.value.status !== 200)
    return (
      (await overLimit(answer.value, job, expiry, ctx)) ??
      refusal(answer.value, { server, signedIn: signed.value.signedIn })
    );
  const read = createdSchema.safeParse(answer.value.json);
  if (!read.success) return notThisServer(answer.value, server);
  const { transferKey, chunks } = read.data;
  const { shareKey = '', fileName = job.name, expireTime = expiry } = read.data;
  const at = dateOf(answer.value);
  learnClock(ctx, at);
  const created = read.data.created ?? at ?? ctx.now();
  // The plan by itself says how the file is cut; without either the server's setting counts.
  const chunkEvery = read.data.chunkEvery ?? chunks?.[0]?.size ?? settings.chunkSize;
  if (chunks !== undefined && !addsUp(chunks, chunkEvery, job.size))
    return fail('attention', problem('not-this-server', { server, got: 'chunks-not-file' }));
  const more = tooManyChunks(job, chunkEvery, server);
  if (more !== undefined) return fail('fatal', more);

  const notices: Problem[] = [];
  if (key !== undefined && shareKey !== '' && key !== shareKey) {
    notices.push(problem('key-taken', { wanted: key, got: shareKey }));
    if (job.createInDoubt)
      notices.push(problem('key-held-by-lost-answer', { wanted: key, until: ctx.now() + unfinishedMs }));
  }
  if (fileName !== job.name) notices.push(problem('name-adapted', { name: job.name, used: fileName, server }));
  const { front, frontServerHeader, ignoresAbort, apiVersion } = settings;
  const remote = {
    transferKey,
    shareKey,
    created,
    chunkEvery,
    count: Math.ceil(job.size / chunkEvery),
    name: fileName,
    expireTime,
    front,
    frontServerHeader,
    ignoresAbort,
    apiVersion,
    complete: false,
  };
  return ok({ remote, notices, ...(changed ? { settings } : {}) });
};
