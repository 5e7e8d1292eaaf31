import type { Settings } from './config.ts';
import { encodeId } from './ids.ts';

export type PolicyType = 'local' | 'remote' | 's3' | 'ks3' | 'cos' | 'oss' | 'obs' | 'qiniu' | 'upyun' | 'onedrive';

export const POLICY_NAMES: Readonly<Record<PolicyType, string>> = {
  local: 'Default storage policy',
  remote: 'Remote',
  s3: 'S3',
  ks3: 'KS3',
  cos: 'COS',
  oss: 'OSS',
  obs: 'OBS',
  qiniu: 'Qiniu',
  upyun: 'Upyun',
  onedrive: 'OneDrive',
};

/** Chunks of a policy that names no size; the others take the file whole then. */
const DEFAULT_PART = 25 * 1024 ** 2;
const DEFAULT_PARTS: Readonly<Partial<Record<PolicyType, number>>> = {
  s3: DEFAULT_PART,
  ks3: DEFAULT_PART,
  cos: DEFAULT_PART,
  oss: DEFAULT_PART,
  obs: DEFAULT_PART,
  qiniu: DEFAULT_PART,
  onedrive: 2 * DEFAULT_PART,
};

const POLICY_ID = 1;

/** The id of the one policy that a site has. */
export const policyId = (): string => encodeId(POLICY_ID, 'policy');

/** The size of the chunks that a client is told; 0: the whole file at once. */
export function chunkSizeOf({ policy }: Settings): number {
  if (policy.relay || policy.type === 'upyun') return 0;
  return policy.chunkSize || (DEFAULT_PARTS[policy.type] ?? 0);
}

/** Whether the bytes come to the site itself. */
export const takesBytes = ({ policy }: Settings): boolean => policy.relay || policy.type === 'local';

/** The policy as clients are shown it. */
export function describePolicy({ policy }: Settings): Readonly<Record<string, unknown>> {
  const { suffixes, pattern } = policy;
  return {
    id: policyId(),
    name: policy.name,
    ...(suffixes.length > 0 && { [policy.suffixesDenied ? 'denied_suffix' : 'allowed_suffix']: suffixes }),
    ...(pattern && { [policy.patternDenied ? 'denied_name_regexp' : 'allowed_name_regexp']: pattern }),
    type: policy.type,
    max_size: policy.maxSize,
    ...(policy.relay && { relay: true }),
    ...(policy.concurrency > 0 && { chunk_concurrency: policy.concurrency }),
    ...(policy.encryption && { encryption: true }),
  };
}
