import { makeFixture } from './filesnest.ts';
import { conformance } from './suite.ts';

conformance('FilesNest, the version without settings', () => makeFixture('seed'));
conformance('FilesNest', () => makeFixture('head'));
