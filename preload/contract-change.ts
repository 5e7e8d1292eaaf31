/** The calls that change the terms of uploads which were added earlier. */
import { z } from 'zod';
import { call, id, json, problem, serverId } from './contract-parts.ts';
import { filter } from './contract-transfers.ts';

export const changeCalls = {
  /**
   * What can still be changed of these uploads. A filter without ids and states means those that are not over. Terms are `server`,
   * `expiry`, `key`, and the keys of transfer fields; of uploads on several servers, the server alone.
   */
  'transfers.changeable': call(
    z.strictObject({ filter }),
    z.object({
      /** Uploads that are meant, and how many of them are over: nothing of those can be changed. */
      count: z.number(),
      over: z.number(),
      /** The server of all of them; absent: they have several. */
      serverId: z.string().optional(),
      terms: z.array(
        z.object({
          term: z.string(),
          /** Of how many uploads it can be changed. */
          changeable: z.number(),
          /** Why it cannot be changed, and of how many uploads. */
          fixed: z.array(z.object({ problem, count: z.number() })),
        }),
      ),
      /** What all of them have, by term; absent where none has it, or where they differ. */
      values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      /** Terms in which they differ. */
      mixed: z.array(z.string()),
    }),
  ),
  /**
   * Changes what still can be changed; what is absent stays, null is as if it had never been given. Each term is judged by
   * itself, so that an upload may be among `changed` and among `unchanged`. An upload that waits for the user, or failed, and of
   * which its server has something, is replaced by a new one when its server is changed.
   */
  'transfers.change': call(
    z.strictObject({
      filter,
      serverId: serverId.optional(),
      expirySeconds: z.number().nullable().optional(),
      key: z.string().max(200).nullable().optional(),
      extra: json.optional(),
    }),
    z.object({
      changed: z.array(id),
      unchanged: z.array(z.object({ id, problem })),
      notices: z.array(problem),
    }),
  ),
} as const;
