/** What SelfCommunity's answers mean. Refusals have lists of errors; failures may also be in the body of a 200. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { asSaid, reasonWith, type Reason } from '../../../../preload/problems/reasons.ts';
import type { Answer } from '../../http/http.ts';
import { fail, failed, type Failure, type Outcome } from '../../outcome.ts';
import { ofAccount } from '../account-tokens.ts';
import { beside, revealed } from '../bounds.ts';
import { isBusy, waitOf } from '../busy.ts';
import { plainWords } from '../plain-words.ts';
import type { Dialect } from './state.ts';

const message = z.looseObject({ code: beside(z.string().max(200)), message: beside(z.string().max(4_000)) });
/** protocol: `{"errors":[{"code","message"}]}`, or by field `{"errors":[{"field","messages":[{"code","message"}]}]}`. */
const oneError = message.extend({
  field: beside(z.string().max(200)),
  messages: beside(z.array(message).max(100)),
});
/** protocol: `errors` may be no list. */
const refusalSchema = z.looseObject({ errors: z.union([z.array(oneError).max(100), z.unknown()]) });

type OneError = z.infer<typeof oneError>;

const errorsIn = ({ json }: Answer): readonly OneError[] | undefined => {
  const read = refusalSchema.safeParse(json);
  if (!read.success || !Object.hasOwn(json as object, 'errors')) return undefined;
  return z.array(oneError).max(100).safeParse(read.data.errors).data ?? [];
};

/** Whether a body is a refusal of this API. */
export const isRefusal = (answer: Answer): boolean => answer.status >= 400 && errorsIn(answer) !== undefined;

/** The fields that a refusal is about. */
const fieldsIn = (answer: Answer): readonly string[] =>
  (errorsIn(answer) ?? []).flatMap(({ field }) => (field === undefined ? [] : [field]));

const wordsIn = (answer: Answer): string => {
  const [first] = errorsIn(answer) ?? [];
  const said = first?.messages?.[0]?.message ?? first?.message ?? first?.messages?.[0]?.code ?? first?.code ?? '';
  return plainWords(first?.field === undefined || said === '' ? said : `${first.field}: ${said}`, 120);
};

/** A few words of a refusal, for people. */
export const wordsOf = (answer: Answer): Reason => asSaid(wordsIn(answer));

export const notThisServer = (answer: Answer, server: string): Outcome<never> =>
  fail('retry', problem('not-this-server', { server, got: reasonOf(answer) }));

const reasonOf = ({ html, status }: Answer): Reason => reasonWith(html ? 'web-page-status' : 'status', status);

/** The names of the file's field in both dialects. */
const fileField: Readonly<Record<Dialect, string>> = { current: 'file', qq: 'qqfile' };
/** What a dialect puts before the name of each field. */
export const prefixOf: Readonly<Record<Dialect, string>> = { current: '', qq: 'qq' };

/** The other dialect, where a refusal asks for its fields. */
export const otherDialect = (answer: Answer, dialect: Dialect): Dialect | undefined => {
  const other: Dialect = dialect === 'qq' ? 'current' : 'qq';
  const missing = fieldsIn(answer);
  return answer.status === 400 && missing.includes(fileField[other]) ? other : undefined;
};

export type About = {
  readonly server: string;
  /** Bytes of the chunk that was sent, for a 413. */
  readonly chunk?: number;
  readonly dialect?: Dialect;
};

/** The failure that an answer means where the call at hand has no better word for it. */
export const refusal = (answer: Answer, { server, chunk, dialect }: About): Outcome<never> => {
  const { status } = answer;
  if (isBusy(answer))
    return failed({ behaviour: 'server-busy', problem: problem('server-busy', { server, status }), ...waitOf(answer) });
  if (status === 413) return fail('attention', problem('proxy-limit', { server, chunk: chunk ?? 0 }));
  if (status === 401) return fail('attention', problem('signed-out', { server }), ofAccount);
  if (status === 403) return fail('attention', problem('no-permission', { server }), ofAccount);
  if (status === 507) return fail('attention', problem('server-full', { server }));
  const other = dialect === undefined ? undefined : otherDialect(answer, dialect);
  if (other !== undefined)
    return fail('attention', problem('field-names-other', { server, names: other }), { scope: 'server' });
  if (answer.html || status < 400) return notThisServer(answer, server);
  const words = wordsOf(answer);
  if (status >= 500 || status === 408 || status === 425)
    return failed({
      behaviour: 'retry',
      problem: problem('server-failed', { server, status, words }),
      ...waitOf(answer),
    });
  if (errorsIn(answer) === undefined) return notThisServer(answer, server);
  return fail('fatal', problem('server-refused', { server, status, words }));
};

/** protocol: Fine Uploader servers report success and failure in the body of a 200. */
const bodySchema = z.looseObject({
  file_uuid: beside(revealed()),
  file_url: beside(revealed(8_000)),
  success: beside(z.boolean()),
  error: beside(z.string().max(4_000)),
  reset: beside(z.boolean()),
  preventRetry: beside(z.boolean()),
});

/** What a 200 says: taken, with what it names; or one of the failures that the body can hold. */
export type Body200 =
  | { readonly is: 'taken'; readonly uuid: string | undefined; readonly url: string | undefined }
  | { readonly is: 'reset' | 'failed' | 'refused'; readonly words: Reason };

/** `undefined`: no answer of such a server. protocol: `success` or a `file_uuid` is success. */
export const readBody = (answer: Answer): Body200 | undefined => {
  if (answer.status !== 200 && answer.status !== 201) return undefined;
  const read = bodySchema.safeParse(answer.json);
  if (!read.success) return undefined;
  const { file_uuid: uuid, file_url: url, success, error, reset, preventRetry } = read.data;
  const words = asSaid(plainWords(error ?? ''));
  if (reset === true) return { is: 'reset', words };
  if (preventRetry === true) return { is: 'refused', words };
  if (success === false || (error !== undefined && success !== true && uuid === undefined))
    return { is: 'failed', words };
  return success === true || uuid !== undefined ? { is: 'taken', uuid, url } : undefined;
};

/**
 * Failures after which nobody knows whether the server has had the request: its connection broke, or its answer did, or the
 * answer led elsewhere. Every other failure came before the request left.
 */
const unclear = new Set([
  'connection-broken',
  'server-stalled',
  'answer-truncated',
  'answer-too-slow',
  'answer-too-large',
  'redirect-refused',
]);

/** Whether the server may have acted on a request that failed so. */
export const mayHaveActed = ({ problem: { code } }: Failure): boolean => unclear.has(code);

/** Whether the server may have acted on a request that was answered so: its own failure, or that of a proxy before it. */
export const isUnclear = (answer: Answer): boolean =>
  answer.bodySent && (answer.status >= 500 || (answer.status < 400 && readBody(answer) === undefined));
