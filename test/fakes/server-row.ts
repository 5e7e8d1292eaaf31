/** A saved server as the engine reports it: one that keeps files for a week at most and asks for a password. */
import type { ServerView } from '../../preload/contract.ts';

export const serverRow = (patch: Partial<ServerView> = {}): ServerView => ({
  id: 's1',
  kind: 'example',
  kindTitle: 'Example',
  name: 'nas',
  address: 'https://nas.example',
  isDefault: true,
  vault: 'none',
  connection: {},
  limits: { fileSize: 20e9, expirySeconds: 604_800 },
  capabilities: {
    expiry: true,
    ownKey: true,
    groups: true,
    revoke: true,
    revokeKeepsFile: false,
    revokeNeedsKey: true,
    zeroByteFiles: false,
    signIn: 'password',
    folders: false,
    listShares: false,
    sharesAreFiles: false,
    createShares: false,
    editShares: false,
    leftovers: false,
    conflict: [],
  },
  pending: 0,
  ...patch,
});
