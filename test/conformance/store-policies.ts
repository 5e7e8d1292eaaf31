/** The kinds of stores behind a Cloudreve site that each have a way of their own to take chunks. */
import type { Policy } from './cloudreve.ts';
import { partLine } from './cloudreve-lines.ts';

const MiB = 1024 * 1024;

export const storePolicies = {
  // Parts of less are taken alone only.
  // MinIO is the stricter: it takes no token beside the address, and knows an upload no more that was completed.
  S3: { type: 's3', chunk: 5 * MiB, chunkLine: partLine, config: { s3_server: 'minio' } },
  'KS3 that encrypts': { type: 'ks3', chunk: 5 * MiB, chunkLine: partLine, config: { encryption: true } },
  COS: { type: 'cos', chunk: MiB, chunkLine: partLine },
  OSS: { type: 'oss', chunk: 102_400, chunkLine: partLine },
  OBS: { type: 'obs', chunk: 102_400, chunkLine: partLine },
  Qiniu: { type: 'qiniu', chunk: MiB, chunkLine: /^PUT \/\S*\/\d+$/ },
  'Upyun that encrypts': { type: 'upyun', chunkLine: /^POST \/(?!api)/, config: { encryption: true } },
  // A multiple of 320 KiB.
  OneDrive: { type: 'onedrive', chunk: 327_680, chunkLine: /^PUT \/(?!api)/ },
} satisfies Readonly<Record<string, Policy>>;

/** Versions before the newest one. */
export const versionPolicies = {
  '4.17.0': { type: 'local', chunk: 100_000, version: '4.17.0' },
  '4.10.1': { type: 'local', chunk: 100_000, version: '4.10.1' },
  '4.0.0': { type: 'local', chunk: 100_000, version: '4.0.0' },
} satisfies Readonly<Record<string, Policy>>;
