import type { StartCompanion } from './companion.ts';

/** The stand-in servers: each is a program of its own, started by the peer with its options as JSON (see child.ts). */
export const KINDS: Readonly<Record<string, URL>> = {
  stend: new URL('./stend/server.ts', import.meta.url),
  hostile: new URL('./hostile/server.ts', import.meta.url),
  cloudreve: new URL('./cloudreve/server.ts', import.meta.url),
  s3: new URL('./cloudreve-stores/programs/s3.ts', import.meta.url),
  ks3: new URL('./cloudreve-stores/programs/ks3.ts', import.meta.url),
  cos: new URL('./cloudreve-stores/programs/cos.ts', import.meta.url),
  oss: new URL('./cloudreve-stores/programs/oss.ts', import.meta.url),
  obs: new URL('./cloudreve-stores/programs/obs.ts', import.meta.url),
  qiniu: new URL('./cloudreve-stores/programs/qiniu.ts', import.meta.url),
  upyun: new URL('./cloudreve-stores/programs/upyun.ts', import.meta.url),
  onedrive: new URL('./cloudreve-stores/programs/onedrive.ts', import.meta.url),
  remote: new URL('./cloudreve-stores/programs/remote.ts', import.meta.url),
};

/** What is kept beside them. */
export const COMPANIONS: Readonly<Record<string, StartCompanion>> = {
  cloudreve: async (options) => (await import('./cloudreve/store-keeper.ts')).keepStore(options),
};
