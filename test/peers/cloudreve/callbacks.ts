import { Refusal, refuse } from './answer.ts';
import { type Call, readText } from './call.ts';
import { complete } from './completion.ts';
import { isSince } from './config.ts';
import type { PolicyType } from './policy.ts';
import { type UploadSession, sessionById } from './session.ts';
import type { StoredObject } from '../cloudreve-stores/store.ts';
import type { Site } from './site.ts';

/** Policies where the site looks at the object itself before it believes. */
const LOOKED_AT: readonly PolicyType[] = ['s3', 'ks3', 'cos', 'onedrive'];

/** Completes an upload whose bytes lie in the store: the client asks for it, or the store does. */
export function takeCallback(type: PolicyType): (call: Call) => Promise<unknown> {
  return async (call) => {
    const { site, params, request } = call;
    const [id = '', secret = ''] = params;
    const body = await readText(request);
    const session = sessionById(site, id);
    if (!session) throw new Refusal(40011, 'Upload session does not exist or expired', { status: 401 });
    if (isSince(site.settings.version, 4, 18) && secret !== session.secret)
      throw new Refusal(40020, 'Invalid callback secret', { status: 401 });
    if (type !== site.settings.policy.type) throw new Refusal(40006, '', { status: 401 });
    const path = request.url ?? '';
    const refused = await site.store.refuseCallback({ path, headers: request.headers, body });
    if (refused) throw new Refusal(refused.code, refused.msg, { status: 401 });
    try {
      if (LOOKED_AT.includes(type)) await lookAt(site, session);
      complete(site, session);
    } catch (error) {
      throw error instanceof Refusal && type !== 'remote' ? error.as(400) : error;
    }
    return undefined;
  };
}

async function lookAt(site: Site, session: UploadSession): Promise<void> {
  let object: StoredObject | undefined;
  try {
    object = await site.store.uploaded(session.source);
  } catch {
    throw refuse.nothing();
  }
  if (!object) throw refuse.nothing();
  if (object.size !== session.size)
    throw new Refusal(40055, `File size not match, expected: ${session.size}, actual: ${object.size}`);
}
