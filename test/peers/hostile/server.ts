import { join } from 'node:path';
import { listen } from '../../../main/practice/practice-server.ts';
import { answer } from '../../../main/practice/answer.ts';
import { openPractice } from '../../../main/practice/practice.ts';
import type { StandIn, StandInOptions } from '../stand-in.ts';
import { type StendConfig, readSettings } from '../stend/front/settings.ts';
import { coreSettings } from '../stend/front/stend.ts';
import { modes } from './modes.ts';

/**
 * A Stend that means harm: one mode below its address, or every mode below a path that is named after it
 * (`http://…/drip/instance`). `creates` of `/__peer/creates` counts what was asked of each.
 */
export async function startHostile({ config, folder, port, extra }: StandInOptions): Promise<StandIn> {
  const practice = openPractice({
    folder: join(folder, 'storage'),
    settings: coreSettings(readSettings('2.2.3', config as StendConfig)),
    now: () => Date.now(),
  });
  const only = typeof extra['mode'] === 'string' ? extra['mode'] : undefined;
  const creates: Record<string, number> = {};
  const server = await listen(practice, { port, host: '127.0.0.1' }, async (request, response) => {
    const { url = '/' } = request;
    if (url === '/__peer/creates') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(creates));
      return;
    }
    const [, first = ''] = url.split('/', 2);
    const name = only ?? first;
    if (only === undefined) request.url = url.slice(1 + first.length) || '/';
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path === '/files/create') creates[name] = (creates[name] ?? 0) + 1;
    response.on('error', () => undefined);
    // As the practice server that ships: a chunk is stored whole or not at all, so that no front is needed.
    response.setHeader('server', 'Stevedore-Practice');
    const next = (): Promise<void> => answer(practice, request, response);
    const mode = modes.get(name);
    await (mode === undefined ? next() : mode({ request, response, path, next }));
  });
  return { port: server.port, setClock: () => undefined, close: server.close, drop: server.close };
}
