/** The stand-in servers: each is a program of its own, started by the peer with its options as JSON (see child.ts). */
export const KINDS: Readonly<Record<string, URL>> = {
  stend: new URL('./stend/server.ts', import.meta.url),
};
