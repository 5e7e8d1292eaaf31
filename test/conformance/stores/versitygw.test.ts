import { describe, it } from 'vitest';
import { findVersitygw } from '../../peers/cloudreve-stores/versitygw.ts';
import { makeFixture } from '../cloudreve.ts';
import { storePolicies } from '../store-policies.ts';
import { conformance } from '../suite.ts';

// The cells of S3 on a server that others maintain, where the machine has one.
const program = findVersitygw();

if (program !== undefined)
  conformance('Cloudreve on S3 by versitygw', () =>
    makeFixture({ ...storePolicies.S3, config: { store_program: program } }),
  );
else
  describe('Cloudreve on S3 by versitygw', () => {
    it('is not tried here', ({ skip }) => skip('there is no versitygw on the PATH'));
  });
