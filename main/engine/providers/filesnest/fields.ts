/** What is asked about a FilesNest server, and about an upload to it. */
import { z } from 'zod';
import { m } from '../../../../preload/paraglide/messages.js';
import type { JsonObject } from '../../json.ts';
import type { Conflict } from '../account.ts';
import type { Field, TransferOptions } from '../provider.ts';
import type { Seen } from './look.ts';
import { chunkRange, type FilesNestSettings, lanesRange, usualChunk, usualLanes } from './state.ts';

const keys = { lanes: 'parallel', chunkSize: 'chunk-size' } as const;

export const serverFields: readonly Field[] = [
  {
    key: keys.lanes,
    type: 'number',
    label: m.field_filesnest_parallel,
    help: m.field_filesnest_parallel_help,
    range: lanesRange,
  },
  {
    key: keys.chunkSize,
    type: 'number',
    label: m.field_filesnest_chunk,
    help: m.field_filesnest_chunk_help,
    range: chunkRange,
  },
];

/** What can be done about a name that another file has. */
export const conflicts = ['ask', 'skip', 'rename'] as const satisfies readonly Conflict[];

export const transferFields: readonly Field[] = [
  {
    key: 'conflict',
    role: 'conflict',
    type: 'choice',
    label: m.field_filesnest_conflict,
    help: m.field_filesnest_conflict_help,
    choices: conflicts,
  },
];

const conflictSchema = z.looseObject({ conflict: z.enum(conflicts) });

/** What was chosen for a name that another file has. */
export const conflictIn = ({ extra }: TransferOptions): (typeof conflicts)[number] =>
  conflictSchema.safeParse(extra).data?.conflict ?? 'ask';

export const readFields = (settings: FilesNestSettings): Readonly<Record<string, number>> => ({
  [keys.lanes]: settings.lanes,
  [keys.chunkSize]: settings.chunkSize,
});

/** The settings with other values of the fields; those that are not given stay. */
export const withFields = (settings: FilesNestSettings, values: JsonObject): FilesNestSettings => {
  const [lanes, chunkSize] = [values[keys.lanes], values[keys.chunkSize]];
  return {
    ...settings,
    ...(typeof lanes === 'number' ? { lanes } : {}),
    ...(typeof chunkSize === 'number' ? { chunkSize } : {}),
  };
};

/** The settings of a new server. */
export const settingsOf = (given: JsonObject, seen: Seen, now: number): FilesNestSettings =>
  withFields({ ...seen, lanes: usualLanes, chunkSize: usualChunk, checkedAt: now }, given);
