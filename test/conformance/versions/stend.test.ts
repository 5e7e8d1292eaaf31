import { makeFixture } from '../stend.ts';
import { conformance } from '../suite.ts';

conformance('Stend 1.0.0, bare', () => makeFixture('1.0.0', 'none'));
