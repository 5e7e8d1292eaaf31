import {
  type Practice,
  type PracticeOptions,
  type Settings,
  openPractice,
} from '../../../../main/practice/practice.ts';
import { type StendConfig, type StendSettings, readSettings } from './settings.ts';

/** The server that ships, with what a real Stend has besides: its environment and the habits of its version. */
export interface Stend {
  readonly practice: Practice;
  readonly settings: StendSettings;
}

/** @param version "2.2.3" where none is given */
export function openStend(
  options: Omit<PracticeOptions, 'settings'> & { readonly config: StendConfig; readonly version?: string },
): Stend {
  const settings = readSettings(options.version ?? '2.2.3', options.config);
  return { practice: openPractice({ ...options, settings: coreSettings(settings) }), settings };
}

/** What the server that ships has to know of a Stend's settings. */
export const coreSettings = ({
  chunkSize,
  fileMaxSize,
  fileMaxAge,
  maxTransfersInMerge,
  diskMargin,
  deleteKeyLength,
}: StendSettings): Settings => ({
  chunkSize,
  fileMaxSize,
  fileMaxAge: Number(fileMaxAge),
  maxTransfersInMerge,
  diskMargin,
  deleteKeyLength,
});
