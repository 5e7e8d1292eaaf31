/** What a storage policy takes, judged before anything is sent. */
import { RE2JS } from 're2js';
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

/** Characters of a pattern, and steps of its program, that are run here. */
const patternMost = 500;
const programMost = 1_000;
/** Patterns that are kept compiled: a site has two for each policy. */
const compiledMost = 50;
const compiled = new Map<string, RE2JS | undefined>();

const compile = (source: string): RE2JS | undefined => {
  if (source.length > patternMost) return undefined;
  try {
    const program = RE2JS.compile(source);
    return program.programSize() <= programMost ? program : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Whether an administrator's pattern is found in a name; `undefined` where that is not judged here, so that the server
 * decides. protocol: the patterns are Go's, whose engine (RE2) takes time in proportion to the name. JavaScript's own takes
 * other syntax, and for ever with `^(a+)+$`.
 */
const finds = (source: string, name: string): boolean | undefined => {
  if (!compiled.has(source)) {
    if (compiled.size >= compiledMost) compiled.clear();
    compiled.set(source, compile(source));
  }
  return compiled.get(source)?.matcher(name).find();
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
  const why = 'name-pattern';
  if (wanted !== '' && finds(wanted, name) === false) return problem('name-refused', { server, name, why });
  if (unwanted !== '' && finds(unwanted, name) === true) return problem('name-refused', { server, name, why });
  return undefined;
};
