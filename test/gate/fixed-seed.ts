/** Loaded before each unit test file: fast-check would take its seed from the clock. */
import fc from 'fast-check';
import { seed } from './seed.ts';

fc.configureGlobal({ seed });
