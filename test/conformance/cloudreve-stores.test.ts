import { describe, it } from 'vitest';
import { findVersitygw } from '../peers/cloudreve-stores/versitygw.ts';
import { makeFixture, type Policy } from './cloudreve.ts';
import { partLine } from './cloudreve-lines.ts';
import { conformance } from './suite.ts';

const MiB = 1024 * 1024;

const policies: Readonly<Record<string, Policy>> = {
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
};

for (const [name, policy] of Object.entries(policies)) conformance(`Cloudreve on ${name}`, () => makeFixture(policy));

// The same cells on a server that others maintain, where the machine has one.
const program = findVersitygw();
const real: Policy = { type: 's3', chunk: 5 * MiB, chunkLine: partLine, config: { store_program: program } };

if (program !== undefined) conformance('Cloudreve on S3 by versitygw', () => makeFixture(real));
else
  describe('Cloudreve on S3 by versitygw', () => {
    it('is not tried here', ({ skip }) => skip('there is no versitygw on the PATH'));
  });
