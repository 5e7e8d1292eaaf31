/** What is in the system's clipboard, as something to upload. */
import { problem, type Problem } from '../../preload/problems.ts';
import { pastedMost, pastedName } from '../../preload/pasted-name.ts';
import { fileFormats, filesIn, type FileFormat } from './clipboard-files.ts';

/** The system's clipboard. Each resolves with nothing where the clipboard does not hold that. */
export type ClipboardPort = {
  readonly raw: (format: FileFormat) => Promise<Uint8Array | undefined>;
  /** The picture in it as PNG. */
  readonly png: () => Promise<Uint8Array | undefined>;
  readonly text: () => Promise<string>;
};

export type Pasted =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  /** A picture or a text, under a name with its date. */
  | { readonly kind: 'content'; readonly name: string; readonly content: Uint8Array }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** A clipboard that another program holds counts as one without that content. */
const orNothing = async <T>(read: Promise<T>): Promise<T | undefined> => await read.catch(() => undefined);

const contentOf = (ending: string, content: Uint8Array): Pasted => {
  const name = pastedName(ending);
  return content.byteLength > pastedMost
    ? { kind: 'refused', problem: problem('pasted-large', { size: content.byteLength, limit: pastedMost }) }
    : { kind: 'content', name, content };
};

/** Files before a picture before text: a program that copies a file often adds its picture and its name. Never rejects. */
export const readClipboard = async ({ raw, png, text }: ClipboardPort): Promise<Pasted> => {
  for (const format of fileFormats) {
    const content = await orNothing(raw(format));
    const paths = content === undefined ? [] : filesIn(format, content);
    if (paths.length > 0) return { kind: 'files', paths };
  }
  const picture = await orNothing(png());
  if (picture !== undefined && picture.byteLength > 0) return contentOf('png', picture);
  const words = await orNothing(text());
  if (words !== undefined && words.trim() !== '') return contentOf('txt', Buffer.from(words));
  return { kind: 'refused', problem: problem('clipboard-empty') };
};

export type UploadPorts = {
  readonly clipboard: ClipboardPort;
  /** Stores content in the profile, and resolves with its path. */
  readonly keep: (name: string, content: Uint8Array) => Promise<string>;
  /** Queues files for the default server. */
  readonly upload: (paths: readonly string[]) => void;
  /** Shows the user why nothing is uploaded. */
  readonly refuse: (problem: Problem) => void;
};

/** Uploads what is in the clipboard to the default server. Rejects as `keep` does. */
export const uploadClipboard = async ({ clipboard, keep, upload, refuse }: UploadPorts): Promise<void> => {
  const pasted = await readClipboard(clipboard);
  if (pasted.kind === 'refused') refuse(pasted.problem);
  else if (pasted.kind === 'files') upload(pasted.paths);
  else upload([await keep(pasted.name, pasted.content)]);
};
