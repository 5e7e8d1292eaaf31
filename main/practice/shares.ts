import { statSync } from 'node:fs';
import { fieldReader, lengthOf } from './body-fields.ts';
import { readShareKey } from './create.ts';
import { makeKey, normaliseKey } from './keys.ts';
import type { Practice } from './practice.ts';
import type { Fields } from './query.ts';
import { type Refusal, internalError, refuse } from './refusal.ts';
import { isUploaded, type Group, type Transfer } from './transfers.ts';

type Answer = Readonly<Record<string, unknown>>;

/** protocol: how long a download token lives, ms. It is kept in memory only. */
const TOKEN_LIFE = 2 * 60 * 60 * 1000;

/** The download tokens: they die with the server. */
export class Tokens {
  readonly #tokens = new Map<string, { readonly shareKey: string; readonly end: number }>();

  make(shareKey: string, now: number): string {
    const token = makeKey(16);
    this.#tokens.set(token, { shareKey, end: now + TOKEN_LIFE });
    return token;
  }

  isValid(token: string, shareKey: string, now: number): boolean {
    const known = this.#tokens.get(token);
    return known?.shareKey === shareKey && now <= known.end;
  }
}

/** POST /files/merge. protocol: a group key that is taken is replaced without a word. */
export function merge({ settings, transfers }: Practice, body: unknown): Answer {
  const field = fieldReader(body);
  const given = field('sharekeys');
  if (!given) throw refuse(400, 'Clés de partage manquantes', "Vous devez entrer la valeur 'sharekeys' dans le body");
  if (typeof given !== 'string') {
    throw refuse(400, 'Clés de partage invalides', 'Les clés de partage doivent être une chaîne de caractères');
  }
  const members = given.toLowerCase().split(',');
  const most = settings.maxTransfersInMerge;
  if (members.length < 2) {
    throw refuse(400, 'Clés de partage insuffisantes', 'Vous devez entrer au moins deux clés de partage');
  }
  if (members.length > most) {
    const message = `Vous ne pouvez pas entrer plus de ${most} clés de partage`;
    throw refuse(400, 'Clés de partage trop nombreuses', message);
  }
  const wanted = readShareKey(field('sharekey'));
  const shareKey = wanted && !transfers.byShareKey(wanted) ? wanted : transfers.freeShareKey();
  for (const member of members) {
    if (!transfers.byShareKey(member)) {
      throw refuse(400, 'Clé de partage invalide', 'Une des clés de partages est invalide');
    }
  }
  if (!members.every((member) => isUploaded(transfers.byShareKey(member)))) throw notUploaded();
  transfers.saveGroup({ shareKey, members });
  return { shareKey, ...describeGroup({ shareKey, members }) };
}

/** GET /files/info. protocol: every answer carries a download link of its own. */
export function info({ transfers, tokens, now }: Practice, query: Fields): Answer {
  const share = findShare(transfers.byShareKey.bind(transfers), query['sharekey']);
  if ('members' in share) return describeGroup(share);
  if (!share.finished) throw notUploaded();
  const { fileName, fileSize, expireTime, created, shareKey, finished } = share;
  const { uploadedAt, expireDate, fileType } = finished;
  const downloadLink = `/files/download?sharekey=${shareKey}&token=${tokens.make(shareKey, now())}`;
  return { fileName, fileSize, expireTime, created, uploaded: true, uploadedAt, expireDate, fileType, downloadLink };
}

/** GET /files/download: the file to send, its stored size in bytes, and the header that names it. */
export function download(
  { settings, transfers, tokens, now }: Practice,
  query: Fields,
): { readonly path: string; readonly size: number; readonly disposition: string } {
  const share = findShare(transfers.byShareKey.bind(transfers), query['sharekey']);
  const title = 'Token de téléchargement';
  const token = query['token'];
  if (!token?.length) throw refuse(400, `${title} manquant`, "Vous devez entrer la valeur 'token' dans l'URL");
  const invalid = (message: string): Refusal => refuse(400, `${title} invalide`, message);
  if (typeof token !== 'string') throw invalid('Le token de téléchargement doit être une chaîne de caractères');
  if (!tokens.isValid(normaliseKey(token), share.shareKey, now())) {
    throw invalid('Le token de téléchargement est invalide ou expiré');
  }
  if ('members' in share) {
    throw internalError('The "path" argument must be of type string. Received null', 'ERR_INVALID_ARG_TYPE');
  }
  if (!share.finished) throw notUploaded();
  const path = transfers.dataFile(share.transferKey);
  const { fileName } = share;
  const name = settings.knows.encodedDownloadName ? encodeName(String(fileName)) : String(fileName);
  return { path, size: statSync(path).size, disposition: `attachment; filename=${name}` };
}

/** DELETE /files/delete. protocol: a group and an unfinished transfer have no delete key, so they cannot go. */
export function remove({ transfers }: Practice, query: Fields): Answer {
  const share = findShare(transfers.byShareKey.bind(transfers), query['sharekey']);
  const title = 'Clé de suppression';
  const given = query['deletekey'];
  if (!given?.length) throw refuse(400, `${title} manquante`, "Vous devez entrer la valeur 'deletekey' dans l'URL");
  const invalid = (message: string): Refusal => refuse(400, `${title} invalide`, message);
  if (typeof given !== 'string') throw invalid('La clé de suppression doit être une chaîne de caractères');
  if ('members' in share || share.finished?.deleteKey !== normaliseKey(given)) {
    throw invalid('La clé de suppression est invalide');
  }
  transfers.remove(share);
  return { success: true };
}

function findShare(
  find: (key: string) => Transfer | Group | undefined,
  given: Fields[string] | undefined,
): Transfer | Group {
  if (!lengthOf(given)) {
    throw refuse(400, 'Clé de partage manquante', "Vous devez entrer la valeur 'sharekey' dans l'URL");
  }
  const invalid = (message: string): Refusal => refuse(400, 'Clé de partage invalide', message);
  if (typeof given !== 'string') throw invalid('La clé de partage doit être une chaîne de caractères');
  const share = find(normaliseKey(given));
  if (!share) throw invalid('La clé de partage est invalide');
  return share;
}

const notUploaded = (): Refusal => refuse(400, 'Fichier non uploadé', "Le fichier n'a pas encore été uploadé");

const describeGroup = ({ members }: Group): Answer => ({
  uploaded: true,
  transferKey: null,
  deleteKey: null,
  fileName: null,
  isGroup: true,
  groups: members,
});

function encodeName(name: string): string {
  try {
    return encodeURIComponent(name);
  } catch {
    throw internalError('URI malformed');
  }
}
