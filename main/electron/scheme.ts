/** The window's files under a scheme of their own: no file:// and no port. */
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { bundleFile } from '../app/bundle-file.ts';
import { appScheme, type Page } from '../app/page.ts';

/** Before the app is ready. */
export const registerScheme = (): void => {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
};

const refused = (status: 404 | 405): Response => new Response(null, { status });

/** Serves the files of a folder as the app's page. */
export const serveFiles = (page: Page, folder: string): void => {
  protocol.handle(appScheme, async (request) => {
    if (request.method !== 'GET') return refused(405);
    const file = page.owns(request.url) ? bundleFile(folder, request.url) : undefined;
    if (file === undefined) return refused(404);
    const body = await readFile(file.path).catch(() => undefined);
    if (body === undefined) return refused(404);
    return new Response(body, {
      headers: {
        'Content-Type': file.type,
        'Content-Security-Policy': page.policy,
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Opener-Policy': 'same-origin',
      },
    });
  });
};
