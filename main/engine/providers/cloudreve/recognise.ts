/** Is there a Cloudreve server at an address? */
import { z } from 'zod';
import { visible } from '../../../../preload/bounds.ts';
import type { Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Recognised } from '../provider.ts';
import { originOf } from '../web-origin.ts';
import { readEnvelope } from './envelope.ts';
import { ping } from './site.ts';
import type { CloudreveSettings } from './state.ts';

const configSchema = z.looseObject({ title: z.string().default('') });

/** The site's title; blank where it does not tell one. */
const titleAt = async (origin: string, http: Http): Promise<Outcome<string>> => {
  const answer = await http.send({ method: 'GET', url: `${origin}/api/v4/site/config/basic` });
  if (!answer.ok) return answer;
  const read = configSchema.safeParse(readEnvelope(answer.value)?.data);
  return ok(read.success ? visible(read.data.title.trim().slice(0, 80)) : '');
};

/** See `Provider.recognise`. protocol: the base is the origin; a wrong one answers with a web page, so
 * that the envelope is asked for. */
export const recognise = async (
  address: string,
  http: Http,
  now: () => number,
): Promise<Outcome<Recognised<CloudreveSettings> | undefined>> => {
  const origin = originOf(address);
  if (origin === undefined) return ok(undefined);
  const version = await ping(origin, http);
  if (!version.ok) return version;
  if (version.value === undefined) return ok(undefined);
  const title = await titleAt(origin, http);
  if (!title.ok) return title;
  const shown = title.value === '' ? new URL(origin).hostname : title.value;
  return ok({
    address: origin,
    settings: { version: version.value, title: shown, checkedAt: now() },
    title: shown,
    needsPassword: true,
  });
};
