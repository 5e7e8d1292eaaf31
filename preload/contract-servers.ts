/** Calls about servers: finding, adding, trying, changing and forgetting them. */
import { z } from 'zod';
import {
  call,
  json,
  limits,
  linkTemplate,
  newServer,
  nothing,
  problem,
  reconnection,
  server,
  serverId,
  vaultKind,
} from './contract-parts.ts';

export const serverCalls = {
  /** Looks what answers at an address, without saving or changing anything. */
  'servers.recognise': call(
    newServer.pick({ address: true, kind: true, fields: true, connection: true }),
    z.object({
      kind: z.string(),
      kindTitle: z.string(),
      address: z.string(),
      title: z.string(),
      needsPassword: z.boolean(),
      signIn: z.enum(['password', 'steps']),
      limits,
    }),
  ),
  /** Recognises, tries with a real round trip, and saves. Nothing is saved when it fails. */
  'servers.add': call(
    newServer.extend({ secret: z.string().max(10_000).optional() }),
    z.object({ server, notices: z.array(problem) }),
  ),
  'servers.list': call(nothing, z.array(server)),
  /** A real round trip: limits, password, what stands before it. What is learnt is saved. */
  'servers.test': call(z.strictObject({ id: serverId }), z.object({ server, notices: z.array(problem) })),
  'servers.update': call(
    z.strictObject({
      id: serverId,
      name: z.string().trim().min(1).max(100).optional(),
      /** Under which the same server is reached. It is checked with a real round trip before anything is saved. */
      address: newServer.shape.address.optional(),
      /** The user says that the same server answers at the new address, though its host or port is another. */
      sameServer: z.literal(true).optional(),
      connection: reconnection.optional(),
      /** New values of its type's `serverFields`; those that are not given stay. */
      fields: json.optional(),
      secret: z.string().max(10_000).optional(),
      vault: vaultKind.optional(),
      makeDefault: z.boolean().optional(),
      /** null: the setting of all servers again. */
      defaultExpirySeconds: z.int().positive().nullable().optional(),
      linkTemplate: linkTemplate.nullable().optional(),
      linkToClipboard: z.boolean().nullable().optional(),
    }),
    server,
  ),
  'servers.remove': call(z.strictObject({ id: serverId }), nothing),
} as const;
