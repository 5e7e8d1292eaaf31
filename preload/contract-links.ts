/** The call about links of other programs: `stevedore://…`, and those of providers. */
import { z } from 'zod';
import { call, serverId } from './contract-parts.ts';

export const linkCalls = {
  /**
   * What a link asks for. Nothing is contacted or changed: the user is asked first. Refused in words where the link is of no
   * use, or wants what no link may.
   */
  'links.read': call(
    z.strictObject({ link: z.string().min(1).max(10_000) }),
    z.discriminatedUnion('asks', [
      z.object({
        asks: z.literal('add-server'),
        /** http or https. */
        address: z.string(),
        kind: z.string().optional(),
        kindTitle: z.string().optional(),
        name: z.string().optional(),
        /** Values of its type's `serverFields`. */
        fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
        /** Those values, as a person reads them. */
        saves: z.array(z.object({ label: z.string(), value: z.string() })),
        /** For the form's field alone: it is never shown. */
        secret: z.string().optional(),
      }),
      /** Absent server: the user chooses. */
      z.object({ asks: z.literal('upload'), serverId: serverId.optional(), serverName: z.string().optional() }),
    ]),
  ),
} as const;
