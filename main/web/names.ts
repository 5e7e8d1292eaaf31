/** Names of files that come from a browser, made into names that this machine can store, in a folder of their own. */

/** Longest name of one file or folder, bytes; most systems take 255. */
const longestName = 240;
/** Longest way within the inbox, bytes, and folders in it. */
const longestPath = 2000;
const deepest = 100;

// Control characters are what is looked for.
const control = /\p{Cc}/gu;
const windowsRefused = /[<>:"|?*\\]/g;
const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** Shortens a name that is too long, and keeps what stands after its last dot. */
const shorten = (name: string): string => {
  if (Buffer.byteLength(name) <= longestName) return name;
  const dot = name.lastIndexOf('.');
  const end = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 32 ? name.slice(dot) : '';
  let begin = '';
  for (const character of name) {
    if (Buffer.byteLength(begin + character + end) > longestName) break;
    begin += character;
  }
  return begin + end;
};

const clean = (name: string, platform: string): string => {
  let stored = name.replace(control, '_').replaceAll('/', '_');
  if (platform === 'win32')
    stored = stored
      .replace(windowsRefused, '_')
      .replace(windowsDevice, '_$1')
      .replace(/[. ]+$/, '_');
  return shorten(stored);
};

/**
 * The names on the way to a file, the file's own last. `undefined` for a path that is absolute, that goes up, that
 * has an empty part, or that is too long: no browser gives such a one by itself.
 */
export const namesOf = (path: string, platform: string = process.platform): readonly string[] | undefined => {
  const parts = path.split('/');
  if (parts.length > deepest || Buffer.byteLength(path) > 2 * longestPath) return undefined;
  // On Windows the other slash and a drive lead elsewhere as well.
  const going = platform === 'win32' ? path.split(/[/\\]/) : parts;
  if (going.some((part) => part === '' || part === '.' || part === '..')) return undefined;
  if (platform === 'win32' && /^[a-z]:/i.test(path)) return undefined;
  const names = parts.map((part) => clean(part, platform));
  return Buffer.byteLength(names.join('/')) > longestPath ? undefined : names;
};

/** What two names have in common that are one for the system. */
export const sameName = (name: string, platform: string = process.platform): string =>
  platform === 'win32' || platform === 'darwin' ? name.normalize('NFC').toLowerCase() : name;
