import type { Cipher } from './files.ts';
import type { Site } from './site.ts';

/** An upload under way, as the server has it in its memory. */
export interface UploadSession {
  readonly id: string;
  readonly user: number;
  readonly file: number;
  /** The path that it was made for. */
  readonly segments: readonly string[];
  readonly entity: number;
  readonly size: number;
  /** 0: the whole file in one body. */
  readonly chunkSize: number;
  /** ms */
  readonly until: number;
  readonly lock: string;
  readonly secret: string;
  /** ms; 0 or less: the time of completion counts. */
  readonly lastModified: number;
  readonly kind: '' | 'version' | 'live_photo';
  readonly metadata: Readonly<Record<string, string>>;
  readonly mimeType: string;
  /** The file on the disk, or the key in the store. */
  readonly source: string;
  /** The client brings the bytes to the store itself. */
  readonly direct: boolean;
  readonly cipher?: Cipher;
  /** Indexes of the chunks that came. */
  readonly received: Record<number, true>;
}

const keyOf = (id: string): string => `upload:${id}`;

export const sessionById = ({ memory }: Site, id: string): UploadSession | undefined =>
  memory.get(keyOf(id)) as UploadSession | undefined;

export const keepSession = ({ memory }: Site, session: UploadSession): void =>
  memory.put(keyOf(session.id), session, session.until);

export const dropSession = ({ memory }: Site, { id }: UploadSession): void => memory.drop(keyOf(id));
