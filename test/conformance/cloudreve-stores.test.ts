import { makeFixture, type Policy } from './cloudreve.ts';
import { conformance } from './suite.ts';

const MiB = 1024 * 1024;
const part = /^PUT \/\S*partNumber=/;

const policies: Readonly<Record<string, Policy>> = {
  // Parts of less are taken alone only.
  S3: { type: 's3', chunk: 5 * MiB, chunkLine: part },
  KS3: { type: 'ks3', chunk: 5 * MiB, chunkLine: part },
  COS: { type: 'cos', chunk: MiB, chunkLine: part },
  OSS: { type: 'oss', chunk: MiB, chunkLine: part },
  OBS: { type: 'obs', chunk: MiB, chunkLine: part },
  Qiniu: { type: 'qiniu', chunk: MiB, chunkLine: /^PUT \/\S*\/\d+$/ },
  Upyun: { type: 'upyun', chunkLine: /^POST \/(?!api)/ },
  // A multiple of 320 KiB.
  OneDrive: { type: 'onedrive', chunk: 327_680, chunkLine: /^PUT \/(?!api)/ },
};

for (const [name, policy] of Object.entries(policies)) conformance(`Cloudreve on ${name}`, () => makeFixture(policy));
