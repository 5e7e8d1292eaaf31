/** What a server says of itself: which API it has, and how large a request may be. */
import { z } from 'zod';
import type { Answer, Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import { isForbidden, notThisServer, refusal } from './answers.ts';
import { ask } from './call.ts';
import type { FilesNestSettings } from './state.ts';

/** protocol: `{"data":{"upload_max_size":N}}`, without a token; 0: no limit. */
const settingsSchema = z.looseObject({
  data: z.looseObject({ upload_max_size: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER) }),
});

/** protocol: the words for a call without a token; what else answers there may refuse it, too. */
const strangerSchema = z.looseObject({ message: z.literal('This action is unauthorized.') });
const refusesStrangers = ({ status, json }: Answer): boolean =>
  status === 403 && strangerSchema.safeParse(json).success;

export type Seen = Pick<FilesNestSettings, 'api' | 'uploadMaxSize'>;

/**
 * Looks which API answers at an address. protocol: only newer servers have `/api/settings`; older ones are known by how they refuse a
 * call without a token.
 *
 * @param server its name
 * @returns a failure where no FilesNest answers
 */
export const look = async (
  { name, address }: { readonly name: string; readonly address: string },
  http: Http,
): Promise<Outcome<Seen>> => {
  const answer = await ask(http, address, '/settings');
  if (!answer.ok) return answer;
  const read = settingsSchema.safeParse(answer.value.json);
  if (answer.value.status === 200 && read.success)
    return ok({ api: 'head', uploadMaxSize: read.data.data.upload_max_size });
  // protocol: settings are for everybody.
  if (isForbidden(answer.value)) return notThisServer(answer.value, name);
  if (answer.value.status !== 404) return refusal(answer.value, { server: name });
  const files = await ask(http, address, '/files');
  if (!files.ok) return files;
  return refusesStrangers(files.value) ? ok({ api: 'seed', uploadMaxSize: 0 }) : notThisServer(files.value, name);
};
