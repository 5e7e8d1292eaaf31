/** What a storage policy takes, judged before anything is sent. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import type { Policy } from './state.ts';

/** Where the bytes of an upload go, and how. protocol: decided by the session's policy. */
export const storeTypes = ['remote', 's3', 'ks3', 'cos', 'oss', 'obs', 'qiniu', 'upyun', 'onedrive'] as const;
export type StoreType = 'own' | (typeof storeTypes)[number];

/** `own`: Cloudreve itself. `undefined`: a kind of store that is not known. */
export const storeOf = (policy: Pick<Policy, 'type' | 'relay'>): StoreType | undefined =>
  policy.relay === true || policy.type === 'local' ? 'own' : storeTypes.find((type) => type === policy.type);

const suffixOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
};

/** protocol: the name's case is ignored; a rule that is written with capitals or with a dot matches nothing. */
const lists = (suffixes: readonly string[], suffix: string): boolean => suffix !== '' && suffixes.includes(suffix);

/** A pattern of the administrator's; `undefined` where it is not to be read here, so that the server decides. */
const pattern = (source: string): RegExp | undefined => {
  // Go writes flags into the pattern.
  const flagged = /^\(\?([is]+)\)/.exec(source);
  try {
    return new RegExp(source.slice(flagged?.[0].length ?? 0), `u${flagged?.[1] ?? ''}`);
  } catch {
    return undefined;
  }
};

/** Why a policy would refuse a file, in words; `undefined` where nothing is known against it. */
export const refusedBy = (
  policy: Policy,
  file: { readonly name: string; readonly size: number },
  server: string,
): Problem | undefined => {
  const { name, size } = file;
  if (policy.max_size > 0 && size > policy.max_size)
    return problem('too-large', { name, size, limit: policy.max_size, server });
  if (size === 0 && storeOf(policy) === 'onedrive') return problem('file-empty', { path: name, server });
  const suffix = suffixOf(name);
  const allowed = policy.allowed_suffix ?? [];
  const denied = policy.denied_suffix ?? [];
  if ((allowed.length > 0 && !lists(allowed, suffix)) || lists(denied, suffix))
    return problem('suffix-refused', { name, suffix, server });
  const wanted = policy.allowed_name_regexp ?? '';
  const unwanted = policy.denied_name_regexp ?? '';
  const why = 'the pattern of its storage';
  if (wanted !== '' && pattern(wanted)?.test(name) === false) return problem('name-refused', { server, name, why });
  if (unwanted !== '' && pattern(unwanted)?.test(name) === true) return problem('name-refused', { server, name, why });
  return undefined;
};
