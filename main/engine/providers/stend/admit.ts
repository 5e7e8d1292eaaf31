/** What can be said of a file before it is queued. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import type { Admission, Candidate, Limits, TransferOptions } from '../provider.ts';
import { tooManyChunks } from '../chunk-limit.ts';
import { nameFor } from './name.ts';
import { noExpiryLimit, type StendSettings, unfinishedMs } from './state.ts';

const week = 7 * 86_400;

/** The expiry of an upload whose person chose none. Seconds. */
export const defaultExpiry = (settings: StendSettings): number => Math.max(1, Math.min(week, settings.fileMaxAge));

/** protocol: everything but letters and digits is removed, the rest made lower case and cut to 30. */
export const normaliseKey = (key: string): string =>
  key
    .replace(/[^a-zA-Z0-9]/g, '')
    .toLowerCase()
    .slice(0, 30);

export const limitsOf = (settings: StendSettings): Limits => ({
  fileSize: settings.fileMaxSize,
  ...(settings.fileMaxAge >= noExpiryLimit ? {} : { expirySeconds: settings.fileMaxAge }),
  groupSize: settings.maxTransfersInMerge,
  chunkSize: settings.chunkSize,
  expiryChoicesSeconds: settings.recommendedExpireTimes,
  unfinishedSeconds: unfinishedMs / 1000,
});

/** See `Provider.admit`. */
export const admit = (
  file: Candidate,
  options: TransferOptions,
  server: { readonly name: string; readonly settings: StendSettings },
): Admission => {
  const { settings } = server;
  const about = { server: server.name };
  if (file.size === 0) return { refused: problem('file-empty', { path: file.path, ...about }) };
  if (file.size > settings.fileMaxSize)
    return {
      refused: problem('too-large', { name: file.name, size: file.size, limit: settings.fileMaxSize, ...about }),
    };
  const many = tooManyChunks(file, settings.chunkSize, server.name);
  if (many !== undefined) return { refused: many };

  const wanted = options.expirySeconds ?? defaultExpiry(settings);
  // protocol: 0 counts as missing, and a negative expiry is taken: the share would be born expired.
  if (!(wanted >= 1) || !Number.isFinite(wanted))
    return { refused: problem('expiry-invalid', { wanted: String(wanted) }) };
  const expirySeconds = Math.floor(wanted);
  if (expirySeconds > settings.fileMaxAge)
    return { refused: problem('expiry-too-long', { wanted: expirySeconds, limit: settings.fileMaxAge, ...about }) };

  const notices: Problem[] = [];
  const key = options.key === undefined ? undefined : normaliseKey(options.key);
  if (options.key !== undefined && key !== options.key) {
    if (key === undefined || key === '') return { refused: problem('key-invalid', { wanted: options.key }) };
    notices.push(problem('key-normalised', { wanted: options.key, used: key }));
  }
  if (key === '') return { refused: problem('key-invalid', { wanted: '' }) };

  const name = nameFor(file.name, file.folder);
  // The composed form looks the same, so that it is not worth a word.
  const plain = [...file.folder, file.name].join(' - ').normalize('NFC');
  if (name !== plain) notices.push(problem('name-adapted', { name: plain, used: name, ...about }));
  else if (file.folder.length > 0) notices.push(problem('names-flattened', about));

  return { name, options: { ...options, expirySeconds, ...(key === undefined ? {} : { key }) }, notices };
};
