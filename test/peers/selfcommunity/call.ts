import type { Ask, Reply } from '../cloudreve-stores/http.ts';
import type { Disk } from './disk.ts';
import type { Form } from './form.ts';

/** A request whose body has come whole. */
export interface Call extends Ask {
  readonly form: Form;
  /** What a new upload is called where the client names none. */
  readonly freshUuid: string;
}

/** Undefined: the connection ends without an answer. */
export type Answer = (call: Call, disk: Disk) => Reply | undefined;

export const jsonAs = (contentType: string, status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': contentType },
  body: JSON.stringify(body),
});
