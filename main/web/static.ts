/** The window's own files, from the folder that they were built into. They hold no secret and need no sign-in. */
import { existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { problem } from '../../preload/problems.ts';
import { Refused } from './http.ts';

/** Where the build lays the window's files, seen from here and from the bundle alike. */
export const builtWindow = (): string => join(import.meta.dirname, '..', '..', 'out', 'renderer');

/** Files whose name carries a hash of what is in them. */
const hashed = /^\/assets\/.+-[\w-]{8}\.\w+$/;
const forever = 'public, max-age=31536000, immutable';

export type StaticFiles = (request: IncomingMessage, response: ServerResponse, pathname: string) => void;

const missing = (): Refused => new Refused(404, problem('request-refused', { why: 'no-page' }));

/** Serves a folder, precompressed where the browser takes it. Throws `Refused` for what is not there. */
export const createStatic = (folder: string): StaticFiles => {
  const index = join(folder, 'index.html');
  const make = (): ReturnType<typeof sirv> =>
    sirv(folder, {
      etag: true,
      brotli: true,
      gzip: true,
      setHeaders: (_, pathname) => {
        // What was removed since the list was made must not be opened: nobody hears of that stream's failure.
        if (!existsSync(join(folder, pathname))) throw missing();
      },
    });
  let builtAt = 0;
  let serve = make();
  return (request, response, pathname) => {
    const built = statSync(index, { throwIfNoEntry: false });
    if (built === undefined) throw missing();
    // The window was built again while this runs: its list of files has changed.
    if (built.mtimeMs !== builtAt) serve = make();
    builtAt = built.mtimeMs;
    // Parts of these files are nothing anybody needs.
    delete request.headers.range;
    request.url = pathname;
    response.setHeader('Cache-Control', hashed.test(pathname) ? forever : 'no-cache');
    serve(request, response, () => {
      response.removeHeader('Cache-Control');
      throw missing();
    });
  };
};
