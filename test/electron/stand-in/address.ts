/** Seen from a spec, which knows no schemes: the app's own address of a page in Chromium. */
export const outerAddress = (url: string): string =>
  url.replace(/^http:\/\/([^/]+)\.([a-z][a-z0-9-]*)\.localhost(?=[/?#]|$)/, '$2://$1');
