import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { wordsInCode } from './words-in-code.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What `--json` has always said, a command line, selectors, keys of rows and of a keyboard. */
const forPrograms = [
  'main/cli/causes.ts: stevedore decide \u{fffc} \u{fffc}  # \u{fffc}',
  'main/cli/commands/servers.ts: server add --\u{fffc}  \u{fffc}',
  'main/cli/commands/wishes.ts: left out',
  'main/cli/commands/wishes.ts: marked as uploaded',
  'main/cli/commands/wishes.ts: message marked as sent',
  'main/cli/commands/wishes.ts: message not sent',
  'main/cli/commands/wishes.ts: priority \u{fffc} for',
  'renderer/queue/QueueList.svelte: Space Delete Alt+ArrowUp Alt+ArrowDown',
  'renderer/ui/list-keys.ts: button, input, a',
  'renderer/ui/row-window.ts: row \u{fffc}',
];

test('texts for people stand in the catalogue', () => {
  const found = wordsInCode(root, ['main/cli', 'main/app', 'main/electron', 'renderer']);
  const others = found.filter((line) => !line.startsWith('main/cli/completion-scripts.ts:'));
  expect(others).toEqual(forPrograms);
});

test.each([
  ['a string', 'a.ts', "export const a = 'Nothing was sent.';", ['src/a.ts: Nothing was sent.']],
  [
    'a template',
    'a.ts',
    'export const a = (n: number) => `made ${n} new folders`;',
    ['src/a.ts: made \u{fffc} new folders'],
  ],
  ['a word before a value', 'a.ts', 'export const a = (n: string) => `queued ${n}`;', ['src/a.ts: queued \u{fffc}']],
  ['markup', 'A.svelte', '<p class="a b">Add files <b>{1}</b></p>', ['src/A.svelte: Add files']],
  ['an attribute', 'A.svelte', '<button aria-label="Close it">x</button>', ['src/A.svelte: Close it']],
  ['code for programs', 'a.ts', "import './a b.ts';\nexport const a = new Error('never comes here');", []],
])('%s', (_, name, source, found) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-words-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.mkdirSync(path.join(folder, 'src'));
  fs.writeFileSync(path.join(folder, 'src', name), source);
  expect(wordsInCode(folder, ['src'])).toEqual(found);
});
