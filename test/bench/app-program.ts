/**
 * Runs an app on the stand-in for Electron, as its own start does, and prints when its main bundle was begun and when
 * it asked for its first window: ms since the process began. Then it ends.
 */
import { registerHooks } from 'node:module';
import { app } from '../electron/stand-in/app.ts';

export type FirstWindow = { readonly begun: number; readonly asked: number };

let begun: number | undefined;
registerHooks({
  load: (url, context, next) => {
    if (url.endsWith('/out/main/index.js')) begun ??= performance.now();
    return next(url, context);
  },
});
app.on('browser-window-created', () => {
  const asked = performance.now();
  process.stdout.write(JSON.stringify({ begun: begun ?? asked, asked } satisfies FirstWindow), () => process.exit());
});
await import('../electron/stand-in/start.ts');
