/** Names that Stend can store, and serve again. */
import { transliterate } from './transliterate.ts';

/** protocol: the server cuts names there in silence, and their extension with them. UTF-16 units. */
const longest = 200;
const joint = ' - ';

// protocol: `/ \ ; "` break the download's header, control characters make it fail.
const clean = (name: string): string => transliterate(name).replace(/[/\\;"]|\p{Cc}/gu, '');

/** A name in stem and extension; `.tar.gz` counts as one, a leading dot as none. */
const split = (name: string): readonly [stem: string, extension: string] => {
  const found = /^(.+?)((?:\.tar)?\.[^. ]{1,16})$/su.exec(name);
  return [found?.[1] ?? name, found?.[2] ?? ''];
};

const usable = (name: string): string => {
  const cleaned = clean(name);
  const [stem, extension] = split(cleaned);
  // Nothing was left of what came before the extension: `😶‍🌫️.txt` must not become a hidden file.
  if (/^(?:\.tar)?\.[^. ]{1,16}$/.test(cleaned) && !name.startsWith('.')) return `file${cleaned}`;
  if (stem.trim() === '' || /^\.+$/.test(stem)) return `file${extension}`;
  return cleaned;
};

const shorten = (name: string, units: number): string => {
  if (name.length <= units) return name;
  const [stem, extension] = split(name);
  return stem.slice(0, Math.max(1, units - extension.length)).trimEnd() + extension;
};

/**
 * The name that is used on the server, of the base name and the folders above it (which Stend does not have, so that they
 * stay visible in the name): Latin-1, 1 to 200 UTF-16 units, the extension kept, never `.` or `..`.
 */
export const nameFor = (name: string, folder: readonly string[]): string => {
  const base = shorten(usable(name), longest);
  const above = folder
    .map((part) => clean(part).trim())
    .filter((part) => part !== '')
    .join(joint);
  const room = longest - base.length - joint.length;
  const kept = above.slice(0, Math.max(0, room)).trimEnd();
  return kept === '' ? base : kept + joint + base;
};
