import type { IncomingMessage } from 'node:http';
import { type Refusal, refuse } from '../../../../main/practice/refusal.ts';
import { chunkCount, type Transfer } from '../../../../main/practice/transfers.ts';
import { checkChunk, findTransfer, receiveChunk } from '../../../../main/practice/upload.ts';
import { typed } from './file-type.ts';
import { frameworkError, internalError } from './framework-error.ts';
import { boundaryOf, Parts } from './parts.ts';
import type { Fields } from './query.ts';
import type { Stend } from './stend.ts';

/** PUT /files/uploadChunk: the complete transfer after its last chunk, null after the others. */
export async function uploadChunk(
  { practice, settings }: Stend,
  request: IncomingMessage,
  query: Fields,
  isMultipart: boolean,
): Promise<Readonly<Record<string, unknown>> | null> {
  const transfer = findTransfer(practice, readTransferKey(query['transferkey']));
  const chunk = wantedChunk(transfer, query['chunk']);
  if (!isMultipart) {
    throw frameworkError(406, 'FST_INVALID_MULTIPART_CONTENT_TYPE', 'the request is not multipart');
  }
  const boundary = boundaryOf(request.headers['content-type'] ?? '');
  if (boundary === undefined) throw internalError('Multipart: Boundary not found');
  const { fileName } = transfer.answered ?? transfer;
  if (settings.knows.fileType && chunk === chunkCount(transfer) - 1 && typeof fileName !== 'string') {
    throw internalError('fileName.split is not a function');
  }
  const parts = new Parts(settings.knows.missingChunk);
  const complete = await receiveChunk(practice, request, boundary, transfer, parts);
  return complete && typed(complete, settings);
}

function readTransferKey(given: Fields[string] | undefined): string {
  if (!given?.length) {
    const message = "Vous devez entrer la valeur 'transferkey' dans le body ou dans l'URL";
    throw refuse(400, 'Clé de transfert manquante', message);
  }
  if (typeof given === 'string') return given;
  throw refuse(400, 'Clé de transfert invalide', 'La clé de transfert doit être une chaîne de caractères');
}

/** protocol: a complete transfer refuses every number. Numbers are read as parseInt reads them. */
function wantedChunk(transfer: Transfer, given: Fields[string] | undefined): number {
  const chunk = parseInt(String(given));
  if (!transfer.finished) {
    if (!given?.length) {
      const message = "Vous devez entrer la valeur 'chunk' dans le body ou dans l'URL";
      throw refuse(400, 'Numéro du chunk manquant', message);
    }
    const invalid = (message: string): Refusal => refuse(400, 'Numéro du chunk invalide', message);
    if (Number.isNaN(chunk)) throw invalid('Le numéro du chunk doit être un nombre');
    if (chunk < 0) throw invalid('Le numéro du chunk doit être supérieur à 0');
  }
  checkChunk(transfer, chunk);
  return chunk;
}
