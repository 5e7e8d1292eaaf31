/** Finds texts for people that stand in code instead of the catalogue. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse as parseSvelte } from 'svelte/compiler';
import { parseSync } from 'vite';

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** What stands in a template where a value is filled in. */
const filled = '\u{fffc}';

/** A word of some length beside another one, or beside a value. Command lines, selectors and other code are no sentences. */
const isSentence = (text: string): boolean =>
  /\p{L}{2,}[,:.]? +(?:\p{L}{2,}|\u{fffc})|\u{fffc}[,:.]? +\p{L}{2,}/u.test(text) &&
  !/^(stevedore| ?--)|[<>[\]{}=]/.test(text);

/** The text of one part of a template. */
const cookedOf = (part: unknown): string =>
  isNode(part) && typeof part['value'] === 'object' && part['value'] !== null && 'cooked' in part['value']
    ? String(part['value'].cooked)
    : '';

/** What programs read, or nobody: paths of modules, types, errors of a broken program, command lines to learn from. */
const isForPrograms = ({ type, callee }: Node): boolean =>
  /^(Import|ExportAll|TS(?!As|NonNull|Satisfies))/.test(type) ||
  (type === 'NewExpression' && isNode(callee) && callee['name'] === 'Error') ||
  (type === 'CallExpression' && isNode(callee) && callee['name'] === 'examples');

/** The texts of a syntax tree that are sentences. */
const sentencesIn = (node: Node, markup: boolean): readonly string[] => {
  if (!markup && isForPrograms(node)) return [];
  if (markup && (node.type === 'Script' || node.type === 'StyleSheet')) return [];
  if (markup && node.type === 'Attribute' && !/^(title|alt|placeholder|label|aria-)/.test(String(node['name'])))
    return [];
  const { type, value, data, quasis } = node;
  const text =
    type === 'Literal' && typeof value === 'string'
      ? value
      : type === 'TemplateLiteral' && Array.isArray(quasis)
        ? quasis.map(cookedOf).join(filled)
        : type === 'Text'
          ? String(data)
          : '';
  const { key, ...rest } = node;
  const parts: readonly unknown[] = Object.values(isNode(key) && key.type === 'Literal' ? rest : node);
  const below = parts.flat();
  return [
    ...(isSentence(text) ? [text.trim()] : []),
    ...below.filter(isNode).flatMap((one) => sentencesIn(one, markup)),
  ];
};

const isSource = (name: string): boolean => /\.(ts|svelte)$/.test(name) && !name.endsWith('.test.ts');

/**
 * Texts of several words in the strings of TypeScript, and in the markup of components.
 *
 * @param folders below the root; `.ts` and `.svelte` files in them are read
 * @returns a line each: the file and the text
 */
export const wordsInCode = (root: string, folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(isSource)
      .flatMap((name) => {
        const source = fs.readFileSync(path.join(root, folder, name), 'utf8');
        const markup = name.endsWith('.svelte');
        const tree: unknown = markup ? parseSvelte(source, { modern: true }) : parseSync(name, source).program;
        if (!isNode(tree)) return [];
        return sentencesIn(tree, markup).map((text) => `${folder}/${name}: ${text}`);
      }),
  );
