/** Where a drop can go, and for how long: what a server's limits allow, in words. */
import type { Parts } from '../client/transfer-fields.ts';
import { bringsLinks } from '../client/server-links.ts';
import { bytes, exactDuration as expiryWords } from '../../preload/format.ts';
import type { ServerView, SettingsView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { ServerFlow } from '../client/flow.svelte.ts';
import type { Extra } from '../client/transfer-fields.ts';

/** What the person wants of what is added; what is absent is as usual. */
export type Terms = {
  readonly serverId?: string;
  readonly expirySeconds?: number;
  readonly key?: string;
  readonly group?: boolean;
  readonly paused?: boolean;
  /** What else this kind of server has to choose. */
  readonly extra?: Extra;
};

export { expiryWords };

const day = 86_400;

/** The expiry of a link that nobody chose one for, seconds; `undefined`: the server decides, or it knows none. */
export const usualExpiry = (server: ServerView, settings: SettingsView | undefined): number | undefined => {
  if (!server.capabilities.expiry) return undefined;
  const wanted = server.defaultExpirySeconds ?? settings?.defaultExpirySeconds ?? undefined;
  const most = server.limits.expirySeconds;
  return wanted === undefined || most === undefined ? wanted : Math.min(wanted, most);
};

export type ExpiryChoice = { readonly seconds: number; readonly note: 'usual' | 'longest' | undefined };

/**
 * Expiries that a server offers, the shortest first: its own choices, the usual one, and its longest.
 *
 * @param most that there is room for; the usual one and the longest stay
 */
export const expiryChoices = (server: ServerView, usual: number | undefined, most: number): readonly ExpiryChoice[] => {
  if (!server.capabilities.expiry) return [];
  const longest = server.limits.expirySeconds;
  const offered = (server.limits.expiryChoicesSeconds ?? [day, 7 * day, 30 * day]).filter(
    (seconds) => seconds > 0 && seconds <= (longest ?? Infinity),
  );
  const must = [usual, longest].filter((seconds) => seconds !== undefined);
  // Those that a person may well mean instead of the usual one come first: the next shorter, the next longer.
  const far = (seconds: number): number => Math.abs(Math.log(seconds / (usual ?? 7 * day)));
  const rest = [...new Set(offered)].filter((seconds) => !must.includes(seconds)).sort((a, b) => far(a) - far(b));
  return [...new Set([...must, ...rest.slice(0, Math.max(0, most - new Set(must).size))])]
    .sort((a, b) => a - b)
    .map((seconds) => ({
      seconds,
      note: seconds === usual ? 'usual' : seconds === longest ? 'longest' : undefined,
    }));
};

/** What there is to say of files for a server, in two words. */
export const askWords = ({ capabilities }: ServerView, { message }: Pick<Parts, 'message'>): string => {
  if (capabilities.folders) return m.folders_ask_what();
  if (message.length > 0) return m.drop_ask_message();
  const { ownKey, groups } = capabilities;
  if (ownKey && groups) return m.drop_ask_what();
  if (ownKey) return m.drop_ask_key();
  return groups ? m.drop_ask_group() : m.drop_ask_plain();
};

/** What a person should know of a server before dropping on it. */
export const holdUp = (server: ServerView, flow: ServerFlow): { readonly text: string; readonly asks: boolean } => {
  if (flow.needsSignIn) return { text: m.drop_signed_out(), asks: true };
  if (flow.waiting) return { text: m.drop_waiting(), asks: false };
  if (server.limits.fileSize !== undefined && server.limits.fileSize < 1e15)
    return { text: m.drop_limit({ size: bytes(server.limits.fileSize) }), asks: false };
  return { text: server.kindTitle, asks: false };
};

/** Marks around a value in a message, so that it is shown in bold wherever a language puts it. */
const open = '\uE000';
const shut = '\uE001';
export const marked = (value: string): string => `${open}${value}${shut}`;
/** A message cut into what is plain and what was `marked`: every second piece is. */
export const pieces = (text: string): readonly string[] => text.split(/[\uE000\uE001]/);

/** A server, and the folder on it where one was chosen. */
export const placeWords = (server: string, folder: string | undefined): string =>
  folder === undefined || folder === '/' ? server : m.folders_on({ folder, server });

/** Where a drop on the hull goes, with the values marked. */
export const whereWords = (
  server: ServerView,
  expirySeconds: number | undefined,
  linkToClipboard: boolean,
  count: number,
): string => {
  const { folder } = server;
  const name = placeWords(marked(server.name), folder === undefined || folder === '/' ? undefined : marked(folder));
  const goes = !server.capabilities.expiry
    ? m.drop_goes_stays({ server: name, count })
    : expirySeconds === undefined
      ? m.drop_goes_decides({ server: name, count })
      : m.drop_goes_expires({ server: name, expiry: marked(expiryWords(expirySeconds)), count });
  const random = server.capabilities.ownKey;
  // Where links are made on the person's word, a drop makes none.
  const then =
    linkToClipboard && bringsLinks(server)
      ? random
        ? m.drop_key_and_links({ count })
        : m.drop_links({ count })
      : random
        ? m.drop_key({ count })
        : undefined;
  return then === undefined ? goes : m.drop_two_sentences({ first: goes, second: then });
};
