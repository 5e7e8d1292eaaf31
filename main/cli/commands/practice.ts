/** `practice`: a Stend-compatible server on this machine, to try uploads without one of your own. */
import { join } from 'node:path';
import { m } from '../../../preload/paraglide/messages.js';
import { defaultProfile } from '../../engine/profile/paths.ts';
import { startPracticeServer } from '../../practice/practice-server.ts';
import { exits } from '../exits.ts';
import { Out } from '../out.ts';
import { parseRate, parseWhole } from '../quantities.ts';
import type { Common, Host } from '../session.ts';

export type PracticeCommand = Common & {
  readonly folder?: string;
  readonly port?: string;
  readonly chunkSize?: string;
};

/** Serves until it is interrupted; what was uploaded stays in its folder. */
export const practice = async (host: Host, options: PracticeCommand): Promise<number> => {
  const out = new Out(host.io, options.json === true);
  const folder = options.folder ?? join(options.profile ?? defaultProfile(), 'practice');
  const port = options.port === undefined ? 0 : parseWhole(options.port, '--port', 0, 65_535);
  const chunkSize = options.chunkSize === undefined ? null : parseRate(options.chunkSize);
  const settings = chunkSize === null ? {} : { chunkSize };
  const ended = Promise.withResolvers<undefined>();
  const stopListening = host.onInterrupt(() => ended.resolve(undefined));
  const server = await startPracticeServer({ folder, port, settings });
  if (out.json) out.object({ event: 'practice', url: server.url, web: `${server.url}/web/`, folder });
  else {
    out.line(m.terminal_practice_running({ url: server.url, folder }), 'done');
    out.line(m.terminal_practice_save({ url: server.url }), 'note');
    out.line(m.terminal_practice_end(), 'note');
  }
  await ended.promise;
  await server.close();
  stopListening();
  return exits.done;
};
