import type { Ask } from './http.ts';
import { checkCos, presignCos } from './signature-cos.ts';
import { checkHeader, OBS, OSS_V1, presignHeader } from './signature-header.ts';
import { checkV4, presignV4 } from './signature-v4.ts';
import type { SignFault, ToSign } from './signing.ts';
import type { StoreOptions } from './store.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const OCTETS = { 'content-type': 'application/octet-stream' };

/** What one provider of multipart uploads does otherwise than another. */
export interface Dialect {
  readonly presign: (host: string, what: ToSign, expires: number, now: number) => string;
  readonly check: (ask: Ask, now: number) => SignFault | undefined;
  /** Headers that a part must be sent with, because they are signed. */
  readonly partHeaders: (size: number) => Readonly<Record<string, string>>;
  readonly completeHeaders: Readonly<Record<string, string>>;
  /** Bytes below which only the last part may be. */
  readonly leastPart: number;
  /** How parts are named at completion: by a list, or all that are there. */
  readonly completes: 'a list' | 'all';
  /** The query's word that tells whom to call at completion. */
  readonly callback?: string;
  /** Whether an object that is there stands in the way of another. */
  readonly keepsObjects: boolean;
  /** What a second credential, in a header, does. */
  readonly secondCredential: 'refused' | 'overlooked';
  /** A body without a length: refused as such, or left to the signature. */
  readonly noLength: 411 | 'signature';
  /** Completing what is complete. */
  readonly completedAgain: 'told again' | 'refused';
  readonly tags: 'lower' | 'upper';
  readonly namespace: string;
}

const AWS: Dialect = {
  presign: presignV4,
  check: checkV4,
  partHeaders: (size) => ({ 'content-length': String(size) }),
  completeHeaders: {},
  leastPart: 5 * MIB,
  completes: 'a list',
  keepsObjects: false,
  secondCredential: 'refused',
  noLength: 411,
  completedAgain: 'refused',
  tags: 'lower',
  namespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
};

const VERSITYGW: Dialect = {
  ...AWS,
  secondCredential: 'overlooked',
  noLength: 'signature',
  completedAgain: 'told again',
};

const KS3: Dialect = {
  ...AWS,
  partHeaders: (size) => ({ 'content-length': String(size), ...OCTETS }),
  completeHeaders: OCTETS,
};

const COS: Dialect = {
  ...AWS,
  presign: presignCos,
  check: checkCos,
  partHeaders: (size) => ({ 'content-length': String(size), ...OCTETS }),
  completeHeaders: { 'x-cos-forbid-overwrite': 'true' },
  leastPart: MIB,
  keepsObjects: true,
  namespace: 'http://www.qcloud.com/document/product/436/7751',
};

const OSS: Dialect = {
  ...AWS,
  presign: (_, ...rest) => presignHeader(OSS_V1, ...rest),
  check: (...args) => checkHeader(OSS_V1, ...args),
  partHeaders: () => OCTETS,
  completeHeaders: { ...OCTETS, 'x-oss-complete-all': 'yes', 'x-oss-forbid-overwrite': 'true' },
  leastPart: 100 * KIB,
  completes: 'all',
  callback: 'callback',
  keepsObjects: true,
  tags: 'upper',
  namespace: 'http://doc.oss-cn-hangzhou.aliyuncs.com',
};

const HUAWEI: Dialect = {
  ...AWS,
  presign: (_, ...rest) => presignHeader(OBS, ...rest),
  check: (...args) => checkHeader(OBS, ...args),
  partHeaders: () => OCTETS,
  completeHeaders: OCTETS,
  leastPart: 100 * KIB,
  callback: 'x-obs-callback',
  namespace: 'http://obs.myhwclouds.com/doc/2015-06-30/',
};

export type MultipartKind = 's3' | 'ks3' | 'cos' | 'oss' | 'obs';

export function dialectOf(kind: MultipartKind, { like = 'minio' }: Pick<StoreOptions, 'like'>): Dialect {
  if (kind === 's3') return like === 'versitygw' ? VERSITYGW : AWS;
  return { ks3: KS3, cos: COS, oss: OSS, obs: HUAWEI }[kind];
}
