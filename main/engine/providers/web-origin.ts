/** The origin of a web address, whatever page of the site it is of. `undefined`: no web address. */
export const originOf = (address: string): string | undefined => {
  const url = URL.parse(address.trim());
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : undefined;
};
