import { fieldReader, lengthOf, parsedText } from './body-fields.ts';
import { normaliseKey } from './keys.ts';
import type { Practice } from './practice.ts';
import { internalError, refuse } from './refusal.ts';
import { chunkCount, chunkSize, type Transfer } from './transfers.ts';

/** POST /files/create: the new transfer as it is answered. */
export async function create(practice: Practice, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  const field = fieldReader(body);
  const fileName = readName(field('filename'));
  const wanted = readShareKey(field('sharekey'));
  const expireTime = readExpireTime(field('expiretime'), practice);
  const given = field('filesize');
  // protocol: a size is taken as it is given, but in a text body it is made a number
  const fileSize = parsedText(body) ? parseInt(String(given), 10) : given;
  checkSize(fileSize, practice);
  const { settings, transfers } = practice;
  if ((await practice.freeSpace()) < parseInt(String(fileSize), 10) + settings.diskMargin) {
    const message =
      "Il n'y a pas assez d'espace libre sur le serveur. Signalez ceci à l'administrateur de cette instance";
    throw refuse(500, 'Stockage insuffisant', message);
  }

  const transfer: Transfer = {
    fileName,
    fileSize,
    shareKey: wanted && !transfers.byShareKey(wanted) ? wanted : transfers.freeShareKey(),
    expireTime,
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
  const uploaded = finished !== null;
  return { fileName, fileSize, shareKey, expireTime, created, transferKey, uploaded, chunkEvery, chunks, ...finished };
}

/** protocol: a name without a length becomes "Sans nom", a longer one is cut to 200 UTF-16 units. */
function readName(name: unknown): unknown {
  const length = lengthOf(name);
  if (!name || !length) return 'Sans nom';
  if (!(Number(length) > 200)) return name;
  if (typeof name !== 'string' && !Array.isArray(name)) throw internalError('fileName.slice is not a function');
  return name.slice(0, 200);
}

/** The key to use if it is free, '' for a new one. protocol: 30 characters at most. */
export function readShareKey(key: unknown): string {
  if (!lengthOf(key)) return '';
  if (typeof key !== 'string') {
    throw refuse(400, 'Clé de partage invalide', 'La clé de partage doit être une chaîne de caractères');
  }
  return normaliseKey(key).slice(0, 30);
}

function readExpireTime(value: unknown, { settings }: Practice): number {
  const title = 'Temps avant expiration';
  if (!value) throw refuse(400, `${title} manquant`, "Vous devez entrer la valeur 'expiretime' dans le body");
  const seconds = parseInt(toText(value), 10);
  if (Number.isNaN(seconds)) throw refuse(400, `${title} invalide`, 'Le temps avant expiration doit être un nombre');
  if (seconds > Number(settings.fileMaxAge)) {
    const most = settings.knows.maxAgeInInstance ? `${settings.fileMaxAge} secondes` : '30 jours';
    throw refuse(400, `${title} trop long`, `Le temps avant expiration doit être inférieur à ${most}`);
  }
  return seconds;
}

function checkSize(size: unknown, { settings }: Practice): void {
  if (!size) throw refuse(400, 'Taille du fichier manquante', "Vous devez entrer la valeur 'filesize' dans le body");
  const number = toNumber(size);
  if (Number.isNaN(number)) {
    throw refuse(400, 'Taille du fichier invalide', 'La taille du fichier doit être un nombre');
  }
  if (number > settings.fileMaxSize) throw refuse(400, 'Fichier trop volumineux', 'Le fichier est trop volumineux');
  if (number < 1) throw refuse(400, 'Fichier trop petit', 'Le fichier est trop petit');
}

const toText = (value: unknown): string => primitive(() => String(value));
const toNumber = (value: unknown): number => primitive(() => Number(value));

/** protocol: an object that has its own `toString` has no value, which the server does not expect. */
function primitive<T>(convert: () => T): T {
  try {
    return convert();
  } catch {
    throw internalError('Cannot convert object to primitive value');
  }
}
