/** Which session the content of a file is of, told by times of the server's clock. */
import { timeOf } from './clock.ts';
import { createdAt, type RemoteFile } from './remote-file.ts';
import type { CloudreveRemote } from './state.ts';

/** ms between the making of a file and the end of the answer that told of its session. */
const slackMs = 10_000;
/** ms by which the server's clock is known: what was made later than that is of a later session. */
const clockMs = 2_000;
/** ms between the making of a file and of its first content, both by one clock. */
const apartMs = 1_000;

/** Whether what was made at a time of the server may be of an upload. */
export const isOfSession = (at: number | undefined, { created }: CloudreveRemote): boolean =>
  at !== undefined && at >= created - slackMs && at <= created + clockMs;

/** When what a file has for content was begun, or, where it has none, what was to become it. */
export const contentBegun = (file: RemoteFile): number | undefined => {
  const entities = file.extended_info?.entities ?? [];
  const entity = entities.find(({ id }) => id === file.primary_entity) ?? entities[0];
  return entity === undefined ? createdAt(file) : timeOf(entity.created_at);
};

/** Whether a file still has the content that it was made for, and not one that took its name over. */
export const isFirstContent = (file: RemoteFile): boolean => {
  const [made, begun] = [createdAt(file), contentBegun(file)];
  return made !== undefined && begun !== undefined && begun - made <= apartMs;
};
