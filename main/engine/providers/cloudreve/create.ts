/** PUT /file/upload: the session of an upload. */
import { z } from 'zod';
import type { Outcome } from '../../outcome.ts';
import type { Job, ProviderContext } from '../provider.ts';
import { token } from '../bounds.ts';
import { call } from './call.ts';
import type { Said } from './envelope.ts';
import { type CloudreveSettings, policySchema } from './state.ts';
import { rules } from './version.ts';

/** The end of the year 9999. */
const latestSeconds = 253_402_300_799;

export const createdSchema = z.looseObject({
  session_id: token,
  chunk_size: z.number().int().nonnegative().default(0),
  /** Seconds. */
  expires: z.number().transform((at) => Math.min(Math.max(0, at), latestSeconds)),
  upload_urls: z.array(z.string()).nullish(),
  credential: z.string().nullish(),
  completeURL: z.string().nullish(),
  storage_policy: policySchema,
  callback_secret: z.string().default(''),
  mime_type: z.string().nullish(),
  upload_policy: z.string().nullish(),
  encrypt_metadata: z
    .looseObject({ algorithm: z.string(), key_plain_text: z.string().nullish(), iv: z.string().nullish() })
    .nullish(),
});
export type Created = Readonly<z.infer<typeof createdSchema>>;

export const cipher = 'aes-256-ctr';

/** ms: the end of the year 9999. protocol: a later one makes the completion fail; 0 and less is ignored. */
const latest = Date.UTC(9999, 11, 31);
export const lastModified = (at: number): number => Math.min(Math.max(0, Math.trunc(at)), latest);

/** Bytes that the answer may have: it lists the address of every part. */
const planBytes = 32 * 1024 * 1024;

export type Wanted = {
  readonly uri: string;
  /** Overwrites what is there, or creates. `previous`: its `primary_entity`, where it has content. */
  readonly over: { readonly previous?: string } | undefined;
  readonly policyId: string | undefined;
};

/** What the server says to a create. Not repeatable. */
export const create = (
  job: Job,
  { uri, over, policyId }: Wanted,
  version: string,
  ctx: ProviderContext<CloudreveSettings>,
): Promise<Outcome<Said>> =>
  call(ctx, {
    method: 'PUT',
    path: '/file/upload',
    json: {
      uri,
      size: job.size,
      last_modified: lastModified(job.modifiedAt),
      mime_type: '',
      // protocol: required before 4.11; blank or missing is fine since.
      policy_id: policyId ?? '',
      entity_type: over === undefined ? '' : 'version',
      ...(over?.previous !== undefined && rules.previousChecked(version) ? { previous: over.previous } : {}),
      ...(rules.encryption(version) ? { encryption_supported: [cipher] } : {}),
    },
    most: planBytes,
  });
