import { checkExpireTime, create as createTransfer } from '../../../../main/practice/create.ts';
import { refuse } from '../../../../main/practice/refusal.ts';
import { fieldReader, lengthOf, parsedText } from './body-fields.ts';
import { internalError } from './framework-error.ts';
import type { Stend } from './stend.ts';

/** POST /files/create. protocol: name and size are answered as they were given, whatever their type. */
export async function create(stend: Stend, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  const field = fieldReader(body);
  const fileName = readName(field('filename'));
  const shareKey = readShareKey(field('sharekey'));
  const expireTime = readExpireTime(field('expiretime'), stend);
  const given = field('filesize');
  // protocol: a size is taken as it is given, but in a text body it is made a number
  const fileSize = parsedText(body) ? parseInt(String(given), 10) : given;
  const wanted = { fileName: toText(fileName), fileSize: readSize(fileSize), expireTime, shareKey };
  return createTransfer(stend.practice, { ...wanted, answered: { fileName, fileSize } });
}

/** protocol: a name without a length becomes "Sans nom", a longer one is cut to 200 UTF-16 units. */
function readName(name: unknown): unknown {
  const length = lengthOf(name);
  if (!name || !length) return 'Sans nom';
  if (!(Number(length) > 200)) return name;
  if (typeof name !== 'string' && !Array.isArray(name)) throw internalError('fileName.slice is not a function');
  return name.slice(0, 200);
}

/** The key to use if it is free, '' for a new one. */
export function readShareKey(key: unknown): string {
  if (!lengthOf(key)) return '';
  if (typeof key === 'string') return key;
  throw refuse(400, 'Clé de partage invalide', 'La clé de partage doit être une chaîne de caractères');
}

function readExpireTime(value: unknown, { practice, settings }: Stend): number {
  const title = 'Temps avant expiration';
  if (!value) throw refuse(400, `${title} manquant`, "Vous devez entrer la valeur 'expiretime' dans le body");
  const seconds = parseInt(toText(value), 10);
  if (Number.isNaN(seconds)) throw refuse(400, `${title} invalide`, 'Le temps avant expiration doit être un nombre');
  if (!settings.knows.maxAgeInInstance && seconds > Number(settings.fileMaxAge)) {
    throw refuse(400, `${title} trop long`, 'Le temps avant expiration doit être inférieur à 30 jours');
  }
  checkExpireTime(practice.settings, seconds);
  return seconds;
}

function readSize(size: unknown): number {
  if (!size) throw refuse(400, 'Taille du fichier manquante', "Vous devez entrer la valeur 'filesize' dans le body");
  const number = primitive(() => Number(size));
  if (Number.isNaN(number)) {
    throw refuse(400, 'Taille du fichier invalide', 'La taille du fichier doit être un nombre');
  }
  return number;
}

const toText = (value: unknown): string => primitive(() => String(value));

/** protocol: an object that has its own `toString` has no value, which the server does not expect. */
function primitive<T>(convert: () => T): T {
  try {
    return convert();
  } catch {
    throw internalError('Cannot convert object to primitive value');
  }
}
