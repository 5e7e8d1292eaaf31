import type { IncomingMessage } from 'node:http';
import type { ChunkWriter } from './chunk-store.ts';
import { describe } from './create.ts';
import { makeKey, normaliseKey } from './keys.ts';
import type { Practice } from './practice.ts';
import { type PartReader, firstFile, receiveFile } from './receive-file.ts';
import { refuse } from './refusal.ts';
import { chunkCount, chunkSize, type Finished, type Transfer } from './transfers.ts';

/** protocol: of a transfer key too, only letters and digits count. */
export function findTransfer({ transfers }: Practice, key: string): Transfer {
  const transfer = transfers.byTransferKey(normaliseKey(key));
  if (!transfer) throw refuse(400, 'Clé de transfert invalide', 'La clé de transfert est invalide');
  return transfer;
}

/** Refuses every chunk but the next one. protocol: the order of these checks tells a client what is stored. */
export function checkChunk(transfer: Transfer, chunk: number): void {
  if (transfer.finished) throw refuse(400, 'Fichier déjà uploadé', 'Le fichier a déjà été uploadé');
  if (!(chunk < chunkCount(transfer)))
    throw refuse(400, 'Numéro du chunk invalide', 'Le numéro du chunk est trop grand');
  if (chunk < transfer.stored) throw refuse(400, 'Chunk déjà uploadé', 'Le chunk a déjà été uploadé');
  if (chunk > transfer.stored)
    throw refuse(400, 'Chunk précédent non uploadé', "Le chunk précédent n'a pas été uploadé");
}

/**
 * Stores a chunk that passed `checkChunk`: the complete transfer after its last chunk, null after the others.
 *
 * @param parts picks the chunk out of the parts of the body: the first file of it
 */
export async function receiveChunk(
  practice: Practice,
  request: IncomingMessage,
  boundary: string,
  transfer: Transfer,
  parts: PartReader = firstFile,
): Promise<Readonly<Record<string, unknown>> | null> {
  const { store, transfers } = practice;
  const { transferKey, storedBytes: offset, stored: chunk } = transfer;
  const path = transfers.dataFile(transferKey);
  const isWanted = (): boolean => transfers.byTransferKey(transferKey)?.stored === chunk;
  const open = (): Promise<ChunkWriter> => store.open({ transferKey, chunk, path, offset, isWanted });
  const reception = await receiveFile(request, boundary, chunkSize(transfer, chunk), open, parts);
  switch (reception.kind) {
    case 'none':
      throw reception.complete ? parts.missing() : cutShort();
    case 'broken':
      await reception.writer.abandon(reception.cause);
      throw cutShort();
    case 'file':
      await reception.writer.finish();
      return markStored(practice, transfer, chunk, reception.bytes);
  }
}

const cutShort = (): Error => refuse(500, 'Internal Server Error', 'Unexpected end of multipart data');

function markStored(
  practice: Practice,
  { transferKey }: Transfer,
  chunk: number,
  bytes: number,
): Readonly<Record<string, unknown>> | null {
  const { transfers } = practice;
  const before = transfers.byTransferKey(transferKey);
  if (!before) throw refuse(500, 'Internal Server Error', 'the transfer is gone');
  // the same chunk may have come twice at once, and the other one was first
  let after = before;
  if (chunk === before.stored) {
    const stored = before.stored + 1;
    const finished = stored === chunkCount(before) ? finish(practice, before) : null;
    after = { ...before, stored, storedBytes: before.storedBytes + bytes, finished };
    transfers.save(after);
  }
  return after.finished ? describe(after) : null;
}

/** protocol: the delete key is made with the last chunk, and told in its answer only. */
function finish({ settings, now }: Practice, { expireTime }: Transfer): Finished {
  const uploadedAt = now();
  return { uploadedAt, expireDate: uploadedAt + expireTime * 1000, deleteKey: makeKey(settings.deleteKeyLength) };
}
