import { describe as suite, expect, it } from 'vitest';
import { asParam, describe, problem, problemTable, type ProblemCode } from './problems.ts';
import type { ProblemEntry } from './problems/words.ts';
import { accountFileProblems } from './problems/account-files.ts';
import { browserProblems } from './problems/browser.ts';
import { changeProblems } from './problems/change.ts';
import { fileProblems } from './problems/file.ts';
import { limitProblems } from './problems/limits.ts';
import { programProblems } from './problems/program.ts';
import { savedServerProblems } from './problems/saved-servers.ts';
import { secretProblems } from './problems/secrets.ts';
import { serverProblems } from './problems/server.ts';
import { shareProblems } from './problems/shares.ts';
import { signInProblems } from './problems/sign-in.ts';
import { uploadProblems } from './problems/upload.ts';

/** What only a terminal meets, or what a browser needs a terminal for. */
const ofTheTerminal: readonly string[] = [
  'link-over',
  'outside-root',
  'request-refused',
  'sign-in-needed',
  'web-cannot-listen',
  'web-not-running',
  'web-password-missing',
  'web-password-wait',
  'web-running',
  'window-not-built',
];

suite('the words of a problem', () => {
  it('are a sentence also for codes of another version, and for params that do not fit', () => {
    for (const p of [
      { code: 'of-tomorrow', params: {} },
      { code: 'constructor', params: {} },
      { code: 'too-large', params: { name: 'a' } },
    ])
      expect(describe(p).happened).toContain(p.code);
  });

  it('name no option and no command that a window does not have', () => {
    for (const code of Object.keys(problemTable).filter((code) => !ofTheTerminal.includes(code))) {
      const [, declared = {}]: ProblemEntry = problemTable[code as ProblemCode];
      const kinds = Object.entries(declared);
      const params = Object.fromEntries(kinds.map(([key, kind]) => [key, /text|quoted/.test(String(kind)) ? 'x' : 1]));
      const { happened, means, todo } = describe({ code, params });
      expect(happened, code).not.toContain('no words for');
      expect(`${happened} ${means} ${todo}`, code).not.toMatch(/(^|[\s(])--[a-z]|stevedore [a-z]/);
    }
  });

  it.each([
    ['browser', 'nas has no sign-in in a browser.'],
    ['share-password', 'nas cannot change the password of a share.'],
  ])('say what a server cannot do (%s), and not the code of it', (option, happened) => {
    expect(describe(problem('option-unsupported', { option, server: 'nas' })).happened).toBe(happened);
  });

  it('are the words of another problem, or of a state, where that is a param', () => {
    const why = problem('server-stalled', { server: 'nas', seconds: 60 });
    const unanswered = problem('revoke-unanswered', { server: 'nas', reason: asParam(why), again: true });
    expect(describe(unanswered).happened).toBe(describe(why).happened);
    const earlier = { code: 'revoke-unanswered', params: { ...unanswered.params, reason: 'nas said nothing.' } };
    expect(describe(earlier).happened).toBe('nas said nothing.');
    expect(describe(problem('not-now', { what: 'resumed', state: 'attention' })).happened).toContain('needs you');
  });

  it('are in one area only', () => {
    const areas = [
      accountFileProblems,
      browserProblems,
      changeProblems,
      fileProblems,
      limitProblems,
      programProblems,
      savedServerProblems,
      secretProblems,
      serverProblems,
      shareProblems,
      signInProblems,
      uploadProblems,
    ];
    const codes = areas.flatMap((area) => Object.keys(area));
    expect(codes.toSorted()).toEqual(Object.keys(problemTable).toSorted());
  });
});
