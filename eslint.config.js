import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { houseRules } from './test/lint/house-rules.js';

/** The linter for components. Whatever is not a component is read by oxlint, which is faster: see .oxlintrc.jsonc. */
export default defineConfig({
  files: ['renderer/**/*.svelte'],
  extends: [js.configs.recommended, ts.configs.strict, svelte.configs.recommended],
  languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
  plugins: { house: houseRules },
  rules: {
    'house/import-direction': 'error',
    'house/no-forgotten-timer': 'error',
    'house/no-provider-kind': 'error',
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/consistent-type-definitions': 'off',
    // Most maps here are caches that a version number tells of: a signal for each of 100,000 rows would cost more.
    'svelte/prefer-svelte-reactivity': 'off',
  },
});
