import { describe } from 'vitest';
import { makeFixture } from './stend.ts';
import { conformance } from './suite.ts';
import { aboutAllInBrief } from './suite/brief.ts';
import { makeStand } from './suite/stand.ts';

conformance('Stend 2.2.3, bare', () => makeFixture('2.2.3', 'none'));
conformance('Stend 2.2.3 behind nginx', () => makeFixture('2.2.3', 'nginx'));
conformance('Stend 2.2.3 behind nginx that ignores client aborts', () => makeFixture('2.2.3', 'nginx-ignore-abort'));
describe('Stend 1.0.0, bare', () => aboutAllInBrief(makeStand(() => makeFixture('1.0.0', 'none'))));
