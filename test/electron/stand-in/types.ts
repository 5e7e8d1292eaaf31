/** Electron's own types, and the proof that what is provided here has exactly them. */
import type { EventEmitter } from 'node:events';
import type * as common from 'electron/common';
import type * as main from 'electron/main';
import type * as renderer from 'electron/renderer';

export type Main = typeof main & typeof common;
export type Renderer = typeof renderer;

/** True for one type only: `satisfies` would let fewer parameters and `any` pass. */
type Same<A, B> = (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;

/** Members that differ from Electron's. Events are left out: their overloads name each event, ours are a list. */
type Drifted<Ours, Theirs> = {
  [K in Exclude<keyof Ours, keyof EventEmitter | symbol | 'prototype'>]: K extends keyof Theirs
    ? Same<Ours[K], Theirs[K]> extends true
      ? never
      : K
    : K;
}[Exclude<keyof Ours, keyof EventEmitter | symbol | 'prototype'>];

/** Compiles only where each member of `Ours` is Electron's, to the parameter; else the error names what drifted. */
export const held: <Ours, Theirs>(
  ...drifted: [Drifted<Ours, Theirs>] extends [never] ? [] : [Drifted<Ours, Theirs>]
) => void = () => undefined;
