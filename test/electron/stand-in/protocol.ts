import type { CustomScheme } from 'electron';
import { lifecycle, needsReady } from './lifecycle.ts';
import { handlers, privileged, type Handler } from './schemes.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

const members = {
  registerSchemesAsPrivileged(customSchemes: CustomScheme[]): void {
    if (lifecycle.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    if (privileged.size > 0) throw new Error('protocol.registerSchemesAsPrivileged may be called once only');
    for (const { scheme, privileges } of customSchemes) {
      if (!/^[a-z][a-z0-9-]*$/.test(scheme)) throw new Error(`'${scheme}' is no name of a scheme`);
      privileged.set(scheme, privileges ?? {});
    }
  },
  handle(scheme: string, handler: Handler): void {
    needsReady('protocol.handle cannot be used before app is ready');
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    handlers.set(scheme, handler);
  },
  unhandle(scheme: string): void {
    if (!handlers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`);
  },
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
} satisfies Partial<Main['protocol']>;

held<typeof members, Main['protocol']>();

export const protocol = strict('protocol', members);
