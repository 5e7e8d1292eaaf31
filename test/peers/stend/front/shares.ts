import type { Practice } from '../../../../main/practice/practice.ts';
import { refuse } from '../../../../main/practice/refusal.ts';
import * as core from '../../../../main/practice/shares.ts';
import type { Group, Transfer } from '../../../../main/practice/transfers.ts';
import { fieldReader, lengthOf } from './body-fields.ts';
import { readShareKey } from './create.ts';
import { typed } from './file-type.ts';
import { internalError } from './framework-error.ts';
import type { Fields } from './query.ts';
import type { Stend } from './stend.ts';

type Answer = Readonly<Record<string, unknown>>;

/** POST /files/merge. */
export function merge({ practice }: Stend, body: unknown): Answer {
  const field = fieldReader(body);
  const given = field('sharekeys');
  if (!given) throw refuse(400, 'Clés de partage manquantes', "Vous devez entrer la valeur 'sharekeys' dans le body");
  if (typeof given !== 'string') {
    throw refuse(400, 'Clés de partage invalides', 'Les clés de partage doivent être une chaîne de caractères');
  }
  const members = given.toLowerCase().split(',');
  core.checkCount(practice.settings, members);
  return core.merge(practice, members, readShareKey(field('sharekey')));
}

/** GET /files/info. */
export function info({ practice, settings }: Stend, query: Fields): Answer {
  const share = findShare(practice, query['sharekey']);
  const answer = core.info(practice, share);
  return 'members' in share ? answer : typed(answer, settings);
}

/** GET /files/download: the file to send, its stored size in bytes, and the header that names it. */
export function download(
  { practice, settings }: Stend,
  query: Fields,
): { readonly path: string; readonly size: number; readonly disposition: string } {
  const share = findShare(practice, query['sharekey']);
  const token = readKey(query['token'], 'Token de téléchargement', 'token', 'Le token de téléchargement');
  const { path, size, fileName } = core.download(practice, share, token);
  const name = settings.knows.encodedDownloadName ? encodeName(fileName) : fileName;
  return { path, size, disposition: `attachment; filename=${name}` };
}

/** DELETE /files/delete. */
export function remove({ practice }: Stend, query: Fields): Answer {
  const share = findShare(practice, query['sharekey']);
  return core.remove(
    practice,
    share,
    readKey(query['deletekey'], 'Clé de suppression', 'deletekey', 'La clé de suppression'),
  );
}

function findShare(practice: Practice, given: Fields[string] | undefined): Transfer | Group {
  return core.findShare(practice, readKey(given, 'Clé de partage', 'sharekey', 'La clé de partage'));
}

/** A key of the query. protocol: one that is not there, or there twice, is refused as such. */
function readKey(given: Fields[string] | undefined, title: string, field: string, subject: string): string {
  const e = subject.startsWith('La') ? 'e' : '';
  if (!lengthOf(given)) throw refuse(400, `${title} manquant${e}`, `Vous devez entrer la valeur '${field}' dans l'URL`);
  if (typeof given === 'string') return given;
  throw refuse(400, `${title} invalide`, `${subject} doit être une chaîne de caractères`);
}

function encodeName(name: string): string {
  try {
    return encodeURIComponent(name);
  } catch {
    throw internalError('URI malformed');
  }
}
