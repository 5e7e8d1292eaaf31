/** What the test runners' reports tell of the tests that failed, as text for the end of a run. */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { JSONReport, JSONReportSuite } from '@playwright/test/reporter';
import type { JsonTestResults } from 'vitest/node';

/** Lines of a message that are shown: enough for a difference and the stack above it. */
const shown = 40;

const text = (where: string, messages: readonly string[]): string => {
  const lines = stripVTControlCharacters(messages.join('\n')).split('\n');
  const own = lines.filter((line) => !/^ +at .*(node_modules|<anonymous>)/.test(line));
  return [where, ...own.slice(0, shown).map((line) => `    ${line}`)].join('\n');
};

/** One text for each test of vitest that failed, and for each file that could not be run. Files are told from `root`. */
export const failuresOfVitest = ({ testResults }: JsonTestResults, root: string): string[] =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [text(file, [message])] : [];
    return failed.map((test) => text(`${file} › ${test.fullName}`, test.failureMessages ?? []));
  });

const ofSuite = ({ specs, suites = [] }: JSONReportSuite): string[] => [
  ...specs.flatMap(({ file, line, title, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, results }) => {
        const messages = results.flatMap(({ errors }) => errors.map(({ message }) => message));
        return text(`[${projectName}] ${file}:${String(line)} › ${title}`, messages);
      }),
  ),
  ...suites.flatMap(ofSuite),
];

/** One text for each spec of Playwright that failed, and for each error outside of them. */
export const failuresOfPlaywright = ({ suites, errors }: JSONReport): string[] => [
  ...suites.flatMap(ofSuite),
  ...errors.map(({ message = '' }) => text('outside of any spec', [message])),
];
