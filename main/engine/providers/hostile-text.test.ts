/** Texts of many megabytes that are made to be slow: each is read in a process of its own, which can be ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

/** ms: much longer than one pass takes on a busy machine, much shorter than passes that grow with the square. */
const patience = 120_000;

const imports = {
  answers: './cloudreve/store-answers.ts',
  envelope: './cloudreve/envelope.ts',
  policy: './cloudreve/policy.ts',
  shares: './cloudreve/share-api.ts',
  page: './stend/web-page.ts',
  address: './stend/address.ts',
  answer: '../http/answer.ts',
  servers: '../servers.ts',
} as const;

/** Runs an expression over the modules above; what it gives, as JSON. `undefined`: it did not end in time. */
const run = async (module: keyof typeof imports, expression: string): Promise<unknown> => {
  const url = new URL(imports[module], import.meta.url).href;
  const program = `
    const ${module} = await import(${JSON.stringify(url)});
    const answerOf = (text, type = 'text/xml') =>
      ({ status: 400, headers: { 'content-type': type }, text, json: undefined, html: false });
    const response = { statusCode: 200, headersDistinct: {} };
    console.log(JSON.stringify(${expression}));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return said === '' ? undefined : (JSON.parse(said) as unknown);
};

it.each<[string, keyof typeof imports, string, unknown]>([
  ['errors without a code', 'answers', `answers.errorOf(answerOf('<Error>'.repeat(8e6)))`, ''],
  ['an error with codes that do not end', 'answers', `answers.errorOf(answerOf('<Error>' + '<Code>'.repeat(9e6)))`, ''],
  [
    'messages without an end',
    'answers',
    `answers.storeRefusal(answerOf('<Message>'.repeat(6e6)), 's', 1).failure.problem.code`,
    'store-refused',
  ],
  ['heads that do not end', 'page', `page.readWebPage('<head '.repeat(1e7), 'https://w') ?? 'none'`, 'none'],
  ['heads with open quotes', 'page', `page.readWebPage('<head a="'.repeat(6e6), 'https://w') ?? 'none'`, 'none'],
  [
    'a head of attributes',
    'page',
    `page.readWebPage('<head ' + 'apibaseurl '.repeat(5e6), 'https://w') ?? 'none'`,
    'none',
  ],
  ['an address of slashes', 'address', `address.baseOf('https://a' + '/'.repeat(8e6) + 'x').length`, 8_000_010],
  ['an address of slashes and no sign-in', 'servers', `servers.withoutSecret('/'.repeat(8e6)).length`, 8_000_000],
  [
    'a stream of events',
    'envelope',
    `envelope.readEnvelope(answerOf('event:\\n'.repeat(5e6), 'text/event-stream'))?.code`,
    0,
  ],
  [
    'a stream of line ends',
    'envelope',
    `envelope.readEnvelope(answerOf('event:' + '\\r'.repeat(2e7), 'text/event-stream'))?.code`,
    0,
  ],
  ['links in links', 'shares', `shares.inLink('/s/'.repeat(1e7)) ?? 'none'`, 'none'],
  [
    'blanks before a page',
    'answer',
    `answer.makeAnswer(response, Buffer.alloc(6e7, 32), { bodySent: true, early: false }, 0).html`,
    false,
  ],
  [
    'a pattern that explodes in other engines',
    'policy',
    `policy.refusedBy({ max_size: 0, type: 'local', allowed_name_regexp: '^(a+)+$' }, { name: 'a'.repeat(250) + '!', size: 1 }, 's').code`,
    'name-refused',
  ],
  [
    'a pattern of many repetitions',
    'policy',
    `policy.refusedBy({ max_size: 0, type: 'local', allowed_name_regexp: '(x?){1000}'.repeat(40) + 'y' }, { name: 'x'.repeat(250), size: 1 }, 's') ?? 'left to the server'`,
    'left to the server',
  ],
])('%s take one pass', { timeout: patience + 30_000 }, async (_name, module, expression, expected) => {
  expect(await run(module, expression)).toEqual(expected);
});
