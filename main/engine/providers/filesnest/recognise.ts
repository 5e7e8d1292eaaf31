/** Is there a FilesNest server at an address? */
import type { Http } from '../../http/http.ts';
import type { JsonObject } from '../../json.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Recognised } from '../provider.ts';
import { originOf } from '../web-origin.ts';
import { settingsOf } from './fields.ts';
import { look } from './look.ts';
import type { FilesNestSettings } from './state.ts';

/** Failures of an answer: somebody else answers there. Those of a connection are told. */
const answered = new Set(['not-this-server', 'server-refused', 'server-failed', 'server-busy', 'proxy-limit']);

/** See `Provider.recognise`. */
export const recognise = async (
  address: string,
  given: JsonObject,
  http: Http,
  now: () => number,
): Promise<Outcome<Recognised<FilesNestSettings> | undefined>> => {
  const origin = originOf(address);
  if (origin === undefined) return ok(undefined);
  const name = new URL(origin).hostname;
  const seen = await look({ name, address: origin }, http);
  if (!seen.ok) return answered.has(seen.failure.problem.code) ? ok(undefined) : seen;
  return ok({ address: origin, settings: settingsOf(given, seen.value, now()), title: name, needsPassword: true });
};
