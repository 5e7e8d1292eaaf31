/** Rules of this house: which part may import which, and that only providers know their kinds. */
import { dirname, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const inside = (/** @type {string} */ file, /** @type {string} */ folder) =>
  file === folder || file.startsWith(`${folder}/`);

/**
 * What a folder may not import: [where, what, why]. `what` is a folder of this project or a package.
 * @type {readonly (readonly [string, string, string])[]}
 */
const forbidden = [
  ['main/engine', 'electron', 'the engine runs without Electron'],
  ['main/api', 'electron', 'the api is host-neutral'],
  ['main/cli', 'electron', 'the terminal runs without Electron'],
  ['main/web', 'electron', 'a browser’s window runs without Electron'],
  ['main/app', 'electron', 'what the app shows is decided without Electron'],
  ['main/engine', 'main/api', 'the engine does not know who asks'],
  ['main/engine', 'main/cli', 'the engine does not know who asks'],
  ['main/engine', 'main/log', 'the engine is given its log'],
  ['main/engine', 'preload/contract.ts', 'the engine does not know the contract; main/api answers it'],
  ['main/engine', 'preload/contract-account.ts', 'the engine does not know the contract; main/api answers it'],
  ['main/engine', 'preload/contract-parts.ts', 'the engine does not know the contract; main/api answers it'],
  ['main/engine', 'preload/contract-servers.ts', 'the engine does not know the contract; main/api answers it'],
  ['main/engine', 'preload/contract-transfers.ts', 'the engine does not know the contract; main/api answers it'],
  ['main/cli', 'main/engine/providers', 'commands are made of the fields that providers declare'],
  ['renderer', 'main', 'the window knows the contract only'],
  ['renderer', 'electron', 'the window knows the contract only'],
  ['preload', 'main', 'the contract is below both sides'],
  ['main', 'test', 'what ships does not need its tests'],
  ['main', 'renderer', 'the main process does not know the window'],
];

/** The window's folders from above to below: each imports only from further down. Those of one line know nothing of each other. */
const windowFolders = [
  ['window'],
  ['queue'],
  ['shares'],
  ['add'],
  ['sign-in'],
  ['servers', 'history', 'settings'],
  ['client'],
  ['ui'],
];
const windowFloor = (/** @type {string} */ file) => {
  const folder = file.startsWith('renderer/') ? file.split('/')[1] : undefined;
  return folder === undefined ? -1 : windowFolders.findIndex((floor) => floor.includes(folder));
};
/** Why a part of the window must not import another, or `undefined`. */
const crosses = (/** @type {string} */ file, /** @type {string} */ target) => {
  const [from, to] = [windowFloor(file), windowFloor(target)];
  if (from === windowFolders.length - 1 && /^preload\/(contract|window|problems)/.test(target))
    return 'renderer/ui knows no contract.';
  const sameFolder = file.split('/')[1] === target.split('/')[1];
  if (from === -1 || to === -1 || to > from || sameFolder) return undefined;
  return `The window’s folders import downwards: ${windowFolders.map((floor) => floor.join(', ')).join(' → ')}.`;
};

/** Tests, and what only tests use: `x.test.ts`, `test-x.ts`. */
const isTest = (/** @type {string} */ file) => /(\.test|\/test-[^/]+)\.ts$/.test(file);

const kinds = new Set(['stend', 'cloudreve', 'selfcommunity', 'filesnest']);

/** @type {import('eslint').ESLint.Plugin} */
export const houseRules = {
  meta: { name: 'house' },
  rules: {
    'no-forgotten-timer': {
      meta: { type: 'problem', schema: [] },
      create: (context) => ({
        AssignmentExpression(node) {
          const call = node.operator === '??=' && node.right.type === 'CallExpression' ? node.right.callee : undefined;
          if (call?.type !== 'Identifier' || !/^set(Timeout|Interval)$/.test(call.name)) return;
          const message =
            'A timer that is cleared without being forgotten never runs again: use Later of preload/later.ts.';
          context.report({ node, message });
        },
      }),
    },
    'import-direction': {
      meta: { type: 'problem', schema: [] },
      create(context) {
        const file = relative(root, context.filename);
        const check = (/** @type {any} */ node) => {
          const name = node.source?.value;
          if (typeof name !== 'string') return;
          const target = name.startsWith('.') ? relative(root, resolve(dirname(context.filename), name)) : name;
          for (const [where, what, why] of forbidden)
            if (inside(file, where) && inside(target, what) && !(where === 'main' && isTest(file)))
              context.report({ node, message: `${where} must not import ${what}: ${why}.` });
          const why = crosses(file, target);
          if (why !== undefined) context.report({ node, message: why });
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
        };
      },
    },
    'no-provider-kind': {
      meta: { type: 'problem', schema: [] },
      create(context) {
        const file = relative(root, context.filename);
        if (!/^(main|preload|renderer)\//.test(file) || inside(file, 'main/engine/providers') || isTest(file))
          return {};
        const report = (/** @type {any} */ node) =>
          context.report({
            node,
            message: 'Only main/engine/providers knows the kinds of servers: declare a capability or a field instead.',
          });
        return {
          Literal(node) {
            if (typeof node.value === 'string' && kinds.has(node.value)) report(node);
          },
          'Property > Identifier.key'(node) {
            if (kinds.has(node.name)) report(node);
          },
        };
      },
    },
  },
};

export default houseRules;
