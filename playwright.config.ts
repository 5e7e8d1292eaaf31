import { defineConfig } from '@playwright/test';
import type { DeskOptions } from './test/e2e/window/desk.ts';

/** The window's specs, on both hosts: in a browser, and in the app (on Electron, or on its stand-in). */
export default defineConfig<DeskOptions>({
  testDir: 'test/e2e/window',
  testMatch: '*.spec.ts',
  fullyParallel: true,
  forbidOnly: true,
  workers: 3,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  outputDir: 'test-results',
  // Node reads TypeScript itself, and keeps what it has compiled.
  build: { external: ['**'] },
  globalSetup: './test/e2e/window/one-browser.ts',
  projects: [
    // What only one host has is marked as its own (@web, @app), and is no test of the other.
    { name: 'web', use: { host: 'web' }, grepInvert: /@app|@rest/ },
    // What differs there: where the app has dialogs, a clipboard, a vault, a process or a transport of its own.
    { name: 'app', use: { host: 'app' }, grepInvert: /@web|@page|@rest/ },
    // `npm test` runs a fifth of what follows: details beside a promise that another test holds (@rest), and what is the
    // page's own affair (@page), on the host where it was not seen yet.
    { name: 'rest-web', use: { host: 'web' }, grep: /@rest/, grepInvert: /@app/ },
    { name: 'rest-app', use: { host: 'app' }, grep: /@page|@rest/, grepInvert: /@web/ },
  ],
});
