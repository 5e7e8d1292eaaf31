/** What FilesNest's answers mean. Refusals have a `message`, and those of single fields `errors`; proxies answer HTML. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { asSaid, reasonWith, type Reason } from '../../../../preload/problems/reasons.ts';
import type { Answer } from '../../http/http.ts';
import { fail, failed, ok, type Outcome } from '../../outcome.ts';
import { ofAccount } from '../account-tokens.ts';
import { beside, text } from '../bounds.ts';
import { isBusy, waitOf } from '../busy.ts';
import { plainWords } from '../plain-words.ts';

const refusalSchema = z.looseObject({
  message: text(4_000),
  errors: beside(z.record(z.string().max(200), z.unknown())),
});

/** Whether a body is a refusal of this API. */
export const isRefusal = (answer: Answer): boolean =>
  answer.status >= 400 && refusalSchema.safeParse(answer.json).success;

/** Whether a 422 is about this field. */
export const isAbout = (answer: Answer, field: string): boolean => {
  const read = refusalSchema.safeParse(answer.json);
  return answer.status === 422 && read.success && Object.hasOwn(read.data.errors ?? {}, field);
};

/** protocol: `No query results for model […]`. Another 404 is of a route that is not there. */
export const isMissing = (answer: Answer): boolean => {
  const read = refusalSchema.safeParse(answer.json);
  return answer.status === 404 && read.success && read.data.message.startsWith('No query results for model');
};

/** Whether the file of a call is missing, and not only a chunk of it. */
export const isFileMissing = (answer: Answer): boolean =>
  isMissing(answer) && !refusalSchema.safeParse(answer.json).data?.message.includes('Upload]');

/** A few words of a refusal, for people. */
export const wordsOf = (answer: Answer): Reason =>
  asSaid(plainWords(refusalSchema.safeParse(answer.json).data?.message ?? ''));

export const notThisServer = (answer: Answer, server: string): Outcome<never> =>
  fail('retry', problem('not-this-server', { server, got: reasonOf(answer) }));

const reasonOf = ({ html, status }: Answer): Reason => reasonWith(html ? 'web-page-status' : 'status', status);

export type About = {
  readonly server: string;
  /** Bytes of the chunk that was sent, for a 413. */
  readonly chunk?: number;
};

/** The failure that an answer means where the call at hand has no better word for it. A 403 has been told apart by `call`. */
export const refusal = (answer: Answer, { server, chunk }: About): Outcome<never> => {
  const { status } = answer;
  if (isBusy(answer))
    return failed({ behaviour: 'server-busy', problem: problem('server-busy', { server, status }), ...waitOf(answer) });
  if (status === 413) return fail('attention', problem('proxy-limit', { server, chunk: chunk ?? 0 }));
  if (status === 507) return fail('attention', problem('server-full', { server }));
  if (isMissing(answer)) return fail('restart', problem('session-gone', { server }));
  if (answer.html || status < 400 || status === 404) return notThisServer(answer, server);
  const words = wordsOf(answer);
  if (status >= 500 || status === 408 || status === 425)
    return failed({
      behaviour: 'retry',
      problem: problem('server-failed', { server, status, words }),
      ...waitOf(answer),
    });
  if (!isRefusal(answer)) return notThisServer(answer, server);
  if (isForbidden(answer)) return fail('attention', problem('not-owner', { server }));
  return fail('fatal', problem('server-refused', { server, status, words }));
};

/** protocol: 403 for no token, a bad one, and another user's file. 401 was never seen. */
export const isForbidden = (answer: Answer): boolean =>
  (answer.status === 403 || answer.status === 401) && isRefusal(answer);

export const signedOut = (server: string): Outcome<never> =>
  fail('attention', problem('signed-out', { server }), ofAccount);

/** What is in an answer's `data`. Fails with not-this-server where it is not that. */
export const dataOf = <T extends z.ZodType>(answer: Answer, schema: T, server: string): Outcome<z.output<T>> => {
  const read = z.looseObject({ data: schema }).safeParse(answer.json);
  return read.success ? ok(read.data.data as z.output<T>) : notThisServer(answer, server);
};
