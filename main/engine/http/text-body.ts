import { Readable } from 'node:stream';
import type { Body } from './http.ts';

/** A body of text that is at hand. */
export const textBody = (text: string, contentType: string): Body => {
  const bytes = Buffer.from(text);
  return { length: bytes.length, contentType, stream: () => Readable.from([bytes]) };
};
