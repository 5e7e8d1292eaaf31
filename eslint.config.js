import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { houseRules } from './test/lint/house-rules.js';

export default ts.config(
  {
    ignores: [
      'preload/paraglide/',
      'out/',
      'dist/',
      'node_modules/',
      'coverage/',
      '.cache/',
      'test/peers/*/recordings/',
    ],
  },
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
      // These three check every expression. There are no enums here, and interfaces are met by any object of their shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
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
    // The parser for components gives TypeScript another text than the file's, and all types that use it are computed again.
    files: ['**/*.svelte.ts'],
    languageOptions: {
      parser: ts.parser,
      globals: { $derived: 'readonly', $effect: 'readonly', $state: 'readonly', $inspect: 'readonly' },
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
    // In tests the rules that use types cost much and find little beyond what tsc finds. Those that stay find a promise that
    // nothing awaits: a failed expectation in it would not fail the test.
    files: ['test/**/*.ts', '**/*.test.ts'],
    rules: {
      ...ts.configs.disableTypeChecked.rules,
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/require-await': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
    },
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
