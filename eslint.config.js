import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { houseRules } from './test/lint/house-rules.js';

export default ts.config(
  { ignores: ['preload/paraglide/', 'out/', 'dist/', 'node_modules/', 'coverage/', 'test/peers/*/recordings/'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        extraFileExtensions: ['.svelte'],
        projectService: { allowDefaultProject: ['*.js', 'bin/*.cjs', 'test/lint/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { house: houseRules },
    rules: {
      'house/import-direction': 'error',
      'house/no-provider-kind': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        {
          selector: "AssignmentExpression[operator='??='][right.callee.name=/^set(Timeout|Interval)$/]",
          message: 'A timer that is cleared without being forgotten never runs again: use Later of preload/later.ts.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['renderer/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // Most maps here are caches that a version number tells of: a signal for each of 100,000 rows would cost more.
      'svelte/prefer-svelte-reactivity': 'off',
      // How an effect says what it depends on.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
    },
  },
  {
    // svelte-check knows the types of components; the parser here does not see through them.
    files: ['**/*.svelte'],
    ...ts.configs.disableTypeChecked,
  },
  {
    // A fixture that needs no other says so by an empty pattern.
    files: ['test/e2e/window/**'],
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
  {
    files: ['*.config.ts', '*.config.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    ...ts.configs.disableTypeChecked,
  },
  {
    files: ['**/*.cjs'],
    rules: { ...ts.configs.disableTypeChecked.rules, '@typescript-eslint/no-require-imports': 'off' },
  },
);
