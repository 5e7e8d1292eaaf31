import mime from 'mime';

/** Bytes of no known kind. */
export const octets = 'application/octet-stream';

/**
 * The media type that a file's extension stands for, `application/octet-stream` where it stands for none; never blank.
 * protocol: a blank one is signed as such by the drivers of 4.0 to 4.8, and by OBS in every version.
 */
export const mediaType = (name: string): string => mime.getType(name) ?? octets;
