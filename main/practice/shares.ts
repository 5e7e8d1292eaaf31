import { statSync } from 'node:fs';
import { normaliseKey } from './keys.ts';
import type { Practice, Settings } from './practice.ts';
import { type Refusal, refuse } from './refusal.ts';
import { isUploaded, type Group, type Transfer } from './transfers.ts';

type Answer = Readonly<Record<string, unknown>>;

export function findShare({ transfers }: Practice, key: string): Transfer | Group {
  const share = transfers.byShareKey(normaliseKey(key));
  if (!share) throw refuse(400, 'Clé de partage invalide', 'La clé de partage est invalide');
  return share;
}

/** Puts shares under one key, and answers the group. Another key is used where the wanted one is taken. */
export function merge({ settings, transfers }: Practice, members: readonly string[], wanted: string): Answer {
  checkCount(settings, members);
  const shareKey = transfers.shareKeyFor(wanted);
  for (const member of members) {
    if (!transfers.byShareKey(member)) {
      throw refuse(400, 'Clé de partage invalide', 'Une des clés de partages est invalide');
    }
  }
  if (!members.every((member) => isUploaded(transfers.byShareKey(member)))) throw notUploaded();
  transfers.saveGroup({ shareKey, members });
  return { shareKey, ...describeGroup({ shareKey, members }) };
}

export function checkCount({ maxTransfersInMerge: most }: Settings, members: readonly string[]): void {
  if (members.length < 2) {
    throw refuse(400, 'Clés de partage insuffisantes', 'Vous devez entrer au moins deux clés de partage');
  }
  if (members.length > most) {
    const message = `Vous ne pouvez pas entrer plus de ${most} clés de partage`;
    throw refuse(400, 'Clés de partage trop nombreuses', message);
  }
}

/** What is told of a share. protocol: every answer carries a download link of its own. */
export function info({ tokens, now }: Practice, share: Transfer | Group): Answer {
  if ('members' in share) return describeGroup(share);
  if (!share.finished) throw notUploaded();
  const { fileName, fileSize, expireTime, created, shareKey, finished, answered } = share;
  const { uploadedAt, expireDate } = finished;
  const downloadLink = `/files/download?sharekey=${shareKey}&token=${tokens.make(shareKey, now())}`;
  return { fileName, fileSize, expireTime, created, uploaded: true, uploadedAt, expireDate, downloadLink, ...answered };
}

/** The file behind a download link, and its stored size in bytes. */
export function download(
  { transfers, tokens, now }: Practice,
  share: Transfer | Group,
  token: string,
): { readonly path: string; readonly size: number; readonly fileName: string } {
  if (!tokens.isValid(normaliseKey(token), share.shareKey, now())) {
    throw refuse(400, 'Token de téléchargement invalide', 'Le token de téléchargement est invalide ou expiré');
  }
  if ('members' in share || !share.finished) throw notUploaded();
  const path = transfers.dataFile(share.transferKey);
  return { path, size: statSync(path).size, fileName: share.fileName };
}

/** protocol: a group and an unfinished transfer have no delete key, so they cannot be deleted. */
export function remove({ transfers }: Practice, share: Transfer | Group, deleteKey: string): Answer {
  if ('members' in share || share.finished?.deleteKey !== normaliseKey(deleteKey)) {
    throw refuse(400, 'Clé de suppression invalide', 'La clé de suppression est invalide');
  }
  transfers.remove(share);
  return { success: true };
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
