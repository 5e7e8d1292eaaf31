/** Names for what is pasted and has none. */
import { m } from './paraglide/messages.js';

const two = (n: number): string => String(n).padStart(2, '0');

/** Such as `Pasted 2026-11-21 14.05.09.png`: local time, without what a file system refuses. */
export const pastedName = (ending: string, at = new Date()): string =>
  `${m.add_pasted_name()} ${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}.${ending}`;

/** Longest content that can be pasted, bytes: more is a file that somebody saves first. */
export const pastedMost = 50_000_000;
