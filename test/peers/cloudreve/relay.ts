import { readFile, rm } from 'node:fs/promises';
import { refuse } from './answer.ts';
import { mimeTypeOf } from './content.ts';
import type { UploadSession } from './session.ts';
import type { Site } from './site.ts';

/** Hands what was relayed to the store. While that is away the body has to be sent again. */
export async function storeRelayed(site: Site, session: UploadSession): Promise<void> {
  const name = site.files.get(session.file)?.name ?? '';
  const path = site.pathOf(session.id);
  try {
    await site.store.put(session.source, await readFile(path), mimeTypeOf(name));
  } catch {
    delete session.received[0];
    throw refuse.io();
  }
  await rm(path, { force: true });
}
