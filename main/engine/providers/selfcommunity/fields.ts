/** What is asked about a SelfCommunity server, and about an upload to it. */
import { m } from '../../../../preload/paraglide/messages.js';
import type { JsonObject } from '../../json.ts';
import type { Field } from '../provider.ts';
import { chunkRange, dialects, type SelfCommunitySettings, usualChunk, usualLimit } from './state.ts';

const keys = { dialect: 'field-names', chunkSize: 'chunk-size', fileLimit: 'file-limit' } as const;

export const serverFields: readonly Field[] = [
  {
    key: keys.dialect,
    type: 'choice',
    label: m.field_selfcommunity_names,
    help: m.field_selfcommunity_names_help,
    choices: dialects,
  },
  {
    key: keys.chunkSize,
    type: 'number',
    label: m.field_selfcommunity_chunk,
    help: m.field_selfcommunity_chunk_help,
    range: chunkRange,
  },
  {
    key: keys.fileLimit,
    type: 'number',
    label: m.field_selfcommunity_limit,
    help: m.field_selfcommunity_limit_help,
    range: { least: 2, most: Number.MAX_SAFE_INTEGER },
  },
];

export const transferFields: readonly Field[] = [
  {
    key: 'recipient',
    type: 'text',
    role: 'recipient',
    label: m.field_selfcommunity_recipient,
    help: m.field_selfcommunity_recipient_help,
  },
  {
    key: 'message',
    type: 'text',
    role: 'message',
    label: m.field_selfcommunity_message,
    help: m.field_selfcommunity_message_help,
  },
];

export const readFields = (settings: SelfCommunitySettings): Readonly<Record<string, string | number>> => ({
  [keys.dialect]: settings.dialect,
  [keys.chunkSize]: settings.chunkSize,
  [keys.fileLimit]: settings.fileLimit,
});

/** The settings with other values of the fields; those that are not given, or cannot be, stay. */
export const withFields = (settings: SelfCommunitySettings, values: JsonObject): SelfCommunitySettings => {
  const dialect = dialects.find((one) => one === values[keys.dialect]);
  const [chunkSize, fileLimit] = [values[keys.chunkSize], values[keys.fileLimit]];
  return {
    ...settings,
    ...(dialect === undefined ? {} : { dialect }),
    ...(typeof chunkSize === 'number' ? { chunkSize } : {}),
    ...(typeof fileLimit === 'number' ? { fileLimit } : {}),
  };
};

/** The settings of a new server. */
export const settingsOf = (given: JsonObject): SelfCommunitySettings =>
  withFields({ dialect: 'current', chunkSize: usualChunk, fileLimit: usualLimit }, given);
