/** The way of a spec to the app: the real Electron where it is there, else the stand-in. */
import type { App, LaunchOptions } from './app.ts';
import { electronBinary } from './host.ts';
import { launchElectron } from './on-electron.ts';
import { launchStandIn } from './on-stand-in.ts';

export type { App, LaunchOptions } from './app.ts';
export { dropFiles } from './drop-files.ts';
export { hostLine } from './host.ts';

/** Starts the app on a profile. Rejects with what the app said where it ends before its browser stands. */
export const launch = async (options: LaunchOptions): Promise<App> => {
  const binary = options.host === undefined ? electronBinary() : undefined;
  return binary === undefined ? launchStandIn(options) : launchElectron(binary, options);
};
