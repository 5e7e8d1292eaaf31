/** PUT /file/upload: the session of an upload. */
import { z } from 'zod';
import type { Outcome } from '../../outcome.ts';
import type { Job, ProviderContext } from '../provider.ts';
import { beside, headerText, latestMoment, revealed, text } from '../bounds.ts';
import { call } from './call.ts';
import { isKey } from './crypt.ts';
import type { Said } from './envelope.ts';
import { mediaType } from '../media-type.ts';
import { type CloudreveSettings, toldPolicy } from './state.ts';
import { rules } from './version.ts';

/** Characters of an address that is signed. */
const addressMost = 16_384;

/** protocol: the session's id, its secrets and its key are in this answer only. */
export const createdSchema = z.looseObject({
  session_id: revealed(),
  /** Absent or null: the upload is not encrypted. `keyIn` reads it separately. */
  encrypt_metadata: z.unknown().optional(),
  callback_secret: beside(revealed()),
  credential: beside(headerText(16_384)),
  /** Bytes; 0: the whole file at once. */
  chunk_size: beside(z.number().int().nonnegative()),
  /** Seconds since the epoch, on the server's clock. */
  expires: beside(
    z
      .number()
      .positive()
      .max(latestMoment / 1000),
  ),
  upload_urls: beside(z.array(text(addressMost))),
  completeURL: beside(text(addressMost)),
  storage_policy: beside(toldPolicy),
  mime_type: beside(headerText(255)),
  upload_policy: beside(headerText(16_384)),
});
export type Created = Readonly<z.infer<typeof createdSchema>>;

export const cipher = 'aes-256-ctr';

const keySchema = z.looseObject({ key_plain_text: revealed(), iv: revealed(), algorithm: beside(z.string()) });

/** Base64 key and IV of a session. `none`: it has none. `unreadable`: it has one that is of no use. */
export const keyIn = ({
  encrypt_metadata: told,
}: Created): { readonly key: string; readonly iv: string } | 'none' | 'unreadable' => {
  if (told === undefined || told === null) return 'none';
  const read = keySchema.safeParse(told);
  if (!read.success) return 'unreadable';
  const { key_plain_text: key, iv, algorithm = cipher } = read.data;
  // protocol: we offer one cipher, so an answer that names none means that one.
  return algorithm === cipher && isKey(key, iv) ? { key, iv } : 'unreadable';
};

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
      mime_type: mediaType(job.name),
      // protocol: required before 4.11; blank or missing is fine since.
      policy_id: policyId ?? '',
      entity_type: over === undefined ? '' : 'version',
      ...(over?.previous !== undefined && rules.previousChecked(version) ? { previous: over.previous } : {}),
      ...(rules.encryption(version) ? { encryption_supported: [cipher] } : {}),
    },
    most: planBytes,
  });
