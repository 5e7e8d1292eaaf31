import type { ServerView } from '../../preload/contract.ts';

/** Servers whose name has every word that was typed; where none has, those whose type or address has. All where nothing was. */
export const matchingServers = (servers: readonly ServerView[], typed: string): readonly ServerView[] => {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const having = (textOf: (server: ServerView) => string): readonly ServerView[] =>
    servers.filter((server) => words.every((word) => textOf(server).toLocaleLowerCase().includes(word)));
  const named = having(({ name }) => name);
  return named.length > 0 ? named : having(({ name, kindTitle, address }) => `${name} ${kindTitle} ${address}`);
};
