/** The kinds of server that Stevedore knows. */
import { cloudreve } from './cloudreve/cloudreve.ts';
import { filesnest } from './filesnest/filesnest.ts';
import type { AnyProvider } from './provider.ts';
import { selfcommunity } from './selfcommunity/selfcommunity.ts';
import { stend } from './stend/stend.ts';

const all: readonly AnyProvider[] = [stend, cloudreve, selfcommunity, filesnest];

/** Every provider, by its kind. */
export const providers: ReadonlyMap<string, AnyProvider> = new Map(all.map((provider) => [provider.kind, provider]));

/** The provider of a kind; `undefined` where this version knows none. */
export const providerOf = (kind: string): AnyProvider | undefined => providers.get(kind);
