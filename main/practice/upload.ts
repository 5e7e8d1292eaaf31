import type { IncomingMessage } from 'node:http';
import type { ChunkWriter } from './chunk-store.ts';
import { describe } from './create.ts';
import { fileTypeOf } from './file-type.ts';
import { makeKey, normaliseKey } from './keys.ts';
import { boundaryOf } from './multipart-reader.ts';
import type { Practice } from './practice.ts';
import type { Fields } from './query.ts';
import { receiveFile } from './receive-file.ts';
import { type Refusal, frameworkError, internalError, refuse } from './refusal.ts';
import { chunkCount, chunkSize, type Finished, type Transfer } from './transfers.ts';

/**
 * PUT /files/uploadChunk: the complete transfer after its last chunk, null after the others.
 * protocol: everything is checked before the body is read, so a request without a body asks what is stored.
 */
export async function uploadChunk(
  practice: Practice,
  request: IncomingMessage,
  query: Fields,
  isMultipart: boolean,
): Promise<Readonly<Record<string, unknown>> | null> {
  const transfer = findTransfer(practice, query['transferkey']);
  const chunk = wantedChunk(transfer, query['chunk']);
  if (!isMultipart) {
    throw frameworkError(406, 'FST_INVALID_MULTIPART_CONTENT_TYPE', 'the request is not multipart');
  }
  const boundary = boundaryOf(request.headers['content-type'] ?? '');
  if (boundary === undefined) throw internalError('Multipart: Boundary not found');

  const { store, transfers } = practice;
  const { transferKey, storedBytes: offset } = transfer;
  const path = transfers.dataFile(transferKey);
  const isWanted = (): boolean => transfers.byTransferKey(transferKey)?.stored === chunk;
  const open = (): Promise<ChunkWriter> => store.open({ transferKey, chunk, path, offset, isWanted });
  const reception = await receiveFile(request, boundary, chunkSize(transfer, chunk), open);
  switch (reception.kind) {
    case 'none':
      if (!practice.settings.knows.missingChunk) {
        throw internalError("Cannot read properties of undefined (reading 'file')");
      }
      throw refuse(400, 'Chunk manquant', 'Vous devez envoyer le chunk dans le body');
    case 'refused':
      throw reception.refusal;
    case 'broken':
      await reception.writer.abandon(reception.cause);
      throw internalError('Unexpected end of multipart data');
    case 'file':
      await reception.writer.finish();
      return markStored(practice, transfer, chunk, reception.bytes);
  }
}

/** protocol: of a transfer key too, only letters and digits count. */
function findTransfer({ transfers }: Practice, given: Fields[string] | undefined): Transfer {
  if (!given?.length) {
    const message = "Vous devez entrer la valeur 'transferkey' dans le body ou dans l'URL";
    throw refuse(400, 'Clé de transfert manquante', message);
  }
  const invalid = (message: string): Refusal => refuse(400, 'Clé de transfert invalide', message);
  if (typeof given !== 'string') throw invalid('La clé de transfert doit être une chaîne de caractères');
  const transfer = transfers.byTransferKey(normaliseKey(given));
  if (!transfer) throw invalid('La clé de transfert est invalide');
  return transfer;
}

/** protocol: the order of these checks tells a client what is stored. Numbers are read as parseInt reads them. */
function wantedChunk(transfer: Transfer, given: Fields[string] | undefined): number {
  if (transfer.finished) throw refuse(400, 'Fichier déjà uploadé', 'Le fichier a déjà été uploadé');
  if (!given?.length) {
    const message = "Vous devez entrer la valeur 'chunk' dans le body ou dans l'URL";
    throw refuse(400, 'Numéro du chunk manquant', message);
  }
  const chunk = parseInt(String(given));
  const invalid = (message: string): Refusal => refuse(400, 'Numéro du chunk invalide', message);
  if (Number.isNaN(chunk)) throw invalid('Le numéro du chunk doit être un nombre');
  if (chunk < 0) throw invalid('Le numéro du chunk doit être supérieur à 0');
  if (chunk > chunkCount(transfer) - 1) throw invalid('Le numéro du chunk est trop grand');
  if (chunk < transfer.stored) throw refuse(400, 'Chunk déjà uploadé', 'Le chunk a déjà été uploadé');
  if (chunk > transfer.stored)
    throw refuse(400, 'Chunk précédent non uploadé', "Le chunk précédent n'a pas été uploadé");
  return chunk;
}

function markStored(
  practice: Practice,
  { transferKey }: Transfer,
  chunk: number,
  bytes: number,
): Readonly<Record<string, unknown>> | null {
  const { transfers } = practice;
  const before = transfers.byTransferKey(transferKey);
  if (!before) {
    const path = transfers.dataFile(transferKey);
    throw internalError(`ENOENT: no such file or directory, open '${path}'`, 'ENOENT');
  }
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
function finish({ settings, now }: Practice, { fileName, expireTime }: Transfer): Finished {
  const uploadedAt = now();
  const keys = { uploadedAt, expireDate: uploadedAt + expireTime * 1000, deleteKey: makeKey(settings.deleteKeyLength) };
  if (!settings.knows.fileType) return keys;
  if (typeof fileName !== 'string') throw internalError('fileName.split is not a function');
  return { ...keys, fileType: fileTypeOf(fileName, settings.knows.opus) };
}
