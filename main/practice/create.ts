import type { Practice, Settings } from './practice.ts';
import { refuse } from './refusal.ts';
import { chunkCount, chunkSize, type Transfer } from './transfers.ts';

/** What a client asks for. `fileSize` in bytes, `expireTime` in seconds; the share key is '' for a new one. */
export type Wanted = Pick<Transfer, 'fileName' | 'fileSize' | 'expireTime' | 'shareKey' | 'answered'>;

/** Makes a transfer, and answers it. Another share key is used where the wanted one is taken. */
export async function create(practice: Practice, wanted: Wanted): Promise<Readonly<Record<string, unknown>>> {
  const { settings, transfers } = practice;
  checkExpireTime(settings, wanted.expireTime);
  checkSize(settings, wanted.fileSize);
  if ((await practice.freeSpace()) < Math.floor(wanted.fileSize) + settings.diskMargin) {
    const message =
      "Il n'y a pas assez d'espace libre sur le serveur. Signalez ceci à l'administrateur de cette instance";
    throw refuse(500, 'Stockage insuffisant', message);
  }
  const transfer: Transfer = {
    ...wanted,
    shareKey: transfers.shareKeyFor(wanted.shareKey),
    created: practice.now(),
    transferKey: transfers.freeTransferKey(),
    chunkEvery: settings.chunkSize,
    stored: 0,
    storedBytes: 0,
    finished: null,
  };
  transfers.create(transfer);
  return describe(transfer);
}

/** A transfer as create and the last chunk answer it. */
export function describe(transfer: Transfer): Readonly<Record<string, unknown>> {
  const { fileName, fileSize, shareKey, expireTime, created, transferKey, chunkEvery, stored, finished } = transfer;
  const chunks = Array.from({ length: chunkCount(transfer) }, (_, pos) => ({
    pos,
    uploaded: pos < stored,
    size: chunkSize(transfer, pos),
    ...(!finished && { uploadPath: `/files/uploadChunk?transferkey=${transferKey}&chunk=${pos}` }),
  }));
  const told = { fileName, fileSize, shareKey, expireTime, created, transferKey, chunkEvery, chunks };
  return { ...told, uploaded: finished !== null, ...finished, ...transfer.answered };
}

export function checkExpireTime({ fileMaxAge }: Settings, seconds: number): void {
  if (seconds <= fileMaxAge) return;
  const message = `Le temps avant expiration doit être inférieur à ${fileMaxAge} secondes`;
  throw refuse(400, 'Temps avant expiration trop long', message);
}

export function checkSize({ fileMaxSize }: Settings, bytes: number): void {
  if (bytes > fileMaxSize) throw refuse(400, 'Fichier trop volumineux', 'Le fichier est trop volumineux');
  if (bytes < 1) throw refuse(400, 'Fichier trop petit', 'Le fichier est trop petit');
}
