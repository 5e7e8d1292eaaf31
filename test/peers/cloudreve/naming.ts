import { refuse } from './answer.ts';
import { isSince } from './config.ts';
import type { Site } from './site.ts';
import { byteLength } from './uri.ts';

const MOST_BYTES = 255;
/** Bytes that the default naming rule of local storage puts before a file's name on the disk. */
const PREFIX_BYTES = 11;
const FORBIDDEN = /[\\/:*?"<>|]/;

/** Refuses a name that neither a file nor a folder may have. */
export function checkName(name: string): void {
  if (isBad(name)) throw refuse.badName();
}

/** The same of a name in an upload's address, for which old versions have no word. */
export function checkUploadName({ settings }: Site, name: string): void {
  if (isBad(name)) throw isSince(settings.version, 4, 4) ? refuse.badName() : refuse.nothing();
}

function isBad(name: string): boolean {
  return FORBIDDEN.test(name) || name === '.' || name === '..' || byteLength(name) > MOST_BYTES;
}

/** Refuses a file by the rules of the policy, and by what its disk can hold. */
export function checkFileName(site: Site, name: string): void {
  const { policy, version } = site.settings;
  checkUploadName(site, name);
  const bad = isSince(version, 4, 4) ? refuse.badName : refuse.nothing;
  const suffix = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  const isListed = suffix !== '' && policy.suffixes.includes(suffix);
  if (policy.suffixes.length > 0 && isListed === policy.suffixesDenied) throw bad();
  if (policy.pattern && new RegExp(policy.pattern).test(name) === policy.patternDenied) throw bad();
  const doesNotFit = policy.type === 'local' && byteLength(name) > MOST_BYTES - PREFIX_BYTES;
  if (doesNotFit || name.includes('\0')) throw refuse.nothing();
}
