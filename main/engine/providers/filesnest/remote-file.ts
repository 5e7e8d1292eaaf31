/** A file as the server has it. */
import { z } from 'zod';
import { isMoment } from '../../../../preload/bounds.ts';
import { beside, revealed, text } from '../bounds.ts';

/** protocol: ids are numbers. */
const id = z.union([z.number().int().nonnegative().transform(String), revealed(100)]);

export const uploadSchema = z.looseObject({
  id,
  number: z.number().int().positive(),
  status_name: beside(text(100)),
});
export type RemoteUpload = Readonly<z.infer<typeof uploadSchema>>;

/** Chunks of a file that are read, whoever made it. */
const uploadsMost = 20_000;
export const uploadsSchema = z.array(uploadSchema).max(uploadsMost);

/** protocol: `uploads` only where it was asked for. */
export const fileSchema = z.looseObject({
  id,
  name: beside(text(1_024)),
  create_datetime: beside(text(40)),
  checksum: beside(text(200)),
  created_at: beside(text(40)),
  status_name: beside(text(100)),
  uploads: beside(uploadsSchema),
});
export type RemoteFile = Readonly<z.infer<typeof fileSchema>>;

/** protocol: `2026-11-20T20:19:59.000000Z`. ms since the epoch; `undefined` where it is no time. */
export const timeOf = (told: string | undefined): number | undefined => {
  const at = Date.parse((told ?? '').replace(/(\.\d{3})\d+/, '$1'));
  return isMoment(at) ? at : undefined;
};

export const isCompleted = ({ status_name: status }: { readonly status_name?: string | undefined }): boolean =>
  status === 'completed';

/** protocol: `failed:checksum`, `failed:chunks-merge`. */
export const isFailed = ({ status_name: status }: RemoteFile): boolean => status?.startsWith('failed:') === true;

/** The chunks in their order; `undefined` where they are not so many, numbered from 1. */
export const inOrder = (uploads: readonly RemoteUpload[], count: number): readonly RemoteUpload[] | undefined => {
  if (uploads.length !== count) return undefined;
  const sorted = uploads.toSorted((a, b) => a.number - b.number);
  return sorted.every(({ number }, index) => number === index + 1) ? sorted : undefined;
};

/** protocol: `YYYY-MM-DD HH:MM:SS`, UTC. From ms since the epoch; what the format cannot say becomes its first or last second. */
export const datetimeOf = (at: number): string => {
  const bounded = Number.isFinite(at) ? Math.min(Math.max(at, 1_000), Date.UTC(9999, 11, 31, 23, 59, 59)) : 1_000;
  return new Date(bounded).toISOString().slice(0, 19).replace('T', ' ');
};
