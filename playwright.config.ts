import { defineConfig } from '@playwright/test';
import type { DeskOptions } from './test/e2e/window/desk.ts';

/** The window's specs, each on both hosts: in a browser, and in the app (on Electron, or on its stand-in). */
export default defineConfig<DeskOptions>({
  testDir: 'test/e2e/window',
  testMatch: '*.spec.ts',
  fullyParallel: true,
  forbidOnly: true,
  workers: 3,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  outputDir: 'test-results',
  globalSetup: './test/e2e/window/say-host.ts',
  projects: [
    // What only one host has is marked as its own, and is no test of the other.
    { name: 'web', use: { host: 'web' }, grepInvert: /@app/ },
    // What is the page's own affair (@page) is seen in a browser; a release, and whoever asks, sees it in the app as well.
    { name: 'app', use: { host: 'app' }, grepInvert: process.env['EVERY_SPEC'] === '1' ? /@web/ : /@web|@page/ },
  ],
});
