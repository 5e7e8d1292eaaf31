/** What can be said of a file before it is queued. */
import { problem } from '../../../../preload/problems.ts';
import { tooManyChunks } from '../chunk-limit.ts';
import type { Admission, Candidate, Limits, TransferOptions } from '../provider.ts';
import type { SelfCommunitySettings } from './state.ts';

/** protocol: files have to be smaller than the limit. */
export const limitsOf = ({ fileLimit, chunkSize }: SelfCommunitySettings): Limits => ({
  fileSize: fileLimit - 1,
  chunkSize,
});

/** Longest name, UTF-8 bytes: what file systems take. */
const longest = 255;

/** A name in stem and extension; `.tar.gz` counts as one, a leading dot as none. */
const split = (name: string): readonly [stem: string, extension: string] => {
  const found = /^(.+?)((?:\.tar)?\.[^. ]{1,16})$/su.exec(name);
  return [found?.[1] ?? name, found?.[2] ?? ''];
};

/** The name without what breaks a path or a header, cut before its extension. Every upload has an id of its own. */
const nameFor = (name: string): string => {
  const clean = name.replace(/[/\\]|\p{Cc}/gu, '_').toWellFormed();
  const [whole, extension] = split(clean);
  let stem = whole;
  while (Buffer.byteLength(stem + extension) > longest && stem.length > 1)
    stem = stem.slice(0, -1).replace(/[\uD800-\uDBFF]$/, '');
  const cut = stem.trimEnd() + extension;
  return cut === '' || /^\.+$/.test(cut) ? 'file' : cut;
};

/** See `Provider.admit`. */
export const admit = (
  file: Candidate,
  options: TransferOptions,
  { name: server, settings }: { readonly name: string; readonly settings: SelfCommunitySettings },
): Admission => {
  const { size } = file;
  // protocol: its uploader takes no empty file.
  if (size === 0) return { refused: problem('file-empty', { path: file.path, server }) };
  if (size >= settings.fileLimit)
    return { refused: problem('too-large', { name: file.name, size, limit: settings.fileLimit - 1, server }) };
  const many = tooManyChunks(file, settings.chunkSize, server);
  if (many !== undefined) return { refused: many };
  const name = nameFor(file.name);
  const notices = name === file.name ? [] : [problem('name-adapted', { server, name: file.name, used: name })];
  return { name, options, notices };
};
