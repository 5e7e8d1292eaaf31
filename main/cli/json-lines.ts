/**
 * What `--json` writes: one object a line on standard output, each with `event`. Names and meanings stay; new fields
 * and events may come. Sizes are bytes, rates bytes/s, times ms since the epoch; `null` where there is none.
 *
 * | event       | when                                     | fields                                                    |
 * |-------------|------------------------------------------|-----------------------------------------------------------|
 * | `state`     | a transfer is in another state, or its server has worked on a chunk for a while | TRANSFER, `state`, `words`, `serverWorks`, `waitFor`, `waitUntil`, `hashed`, `problem` |
 * | `progress`  | at most once a second for a transfer     | TRANSFER, `acknowledged`, `inFlight`, `rate`, `leftMs`    |
 * | `done`      | the server has proven that it has it     | TRANSFER, SHARE                                           |
 * | `failed`    | it is over without success               | TRANSFER, SHARE, `problem`, `decisions`                   |
 * | `attention` | only a person can go on                  | TRANSFER, SHARE, `problem`, `decisions`                   |
 * | `cancelled`, `paused` | a person wanted so             | TRANSFER, SHARE, `problem`: `name-skipped` where it was left out, which is no failure |
 * | `group`     | a group has ended                        | `id`, `count`, `server`, `state`, `shareKey`, `link`, `expiresAt`, `problem` |
 * | `added`     | paths were queued                        | `ids`, `groupId`                                          |
 * | `refused`   | a path or an id was not taken            | `path` or `id`, `problem`                                 |
 * | `skipped`   | a file was not queued: `skipped` is `uploaded-before`, and its server still has it | `skipped`, `path`, `name`, `link`, `at`, `proof` |
 * | `notice`    | something worth knowing                  | `problem`; TRANSFER where it is about one                 |
 * | `queue`     | the queue began, or stopped for a reason | `running`, `problem`                                      |
 * | `transfer`  | a row of `list` and `show`               | TRANSFER, `state`, `words`, progress, SHARE, `problem`, `decisions`, `path`, …; `show` adds `chunks`, `log` |
 * | `server`    | a row of `server list`, `add`, …         | as the server is kept, without its password               |
 * | `kind`      | a row of `server kinds`                  | `kind`, `title`, `serverFields`, `transferFields`         |
 * | `share`     | a row of `share list`                    | `id`, `name`, `size`, `server`, `shareKey`, `link`, `state`, `isGroup`, `canRevoke`, `createdAt`, `expiresAt` |
 * | `account-share` | a share of an account: `share list` of its server, `create`, `edit` | `id`, `name`, `path`, `size`, `server`, `link`, `createdAt`, `expiresAt`, `expired`, `downloads`, `downloadsLeft`, `password` |
 * | `folder`    | a row of `folder list` and `make`        | `name`, `path`, `server`                                  |
 * | `capacity`  | last of `folder list`, where it is told  | `total`, `used`, `server`                                 |
 * | `leftover`  | a row of `leftovers`                     | `id`, `name`, `path`, `size`, `since`, `kind`, `server`   |
 * | `sign-in`   | a sign-in asks for what was not given    | `ask` (`key`, `type`, `label`, `picture`), `ways`, `redirect`, `page` |
 * | `history`   | a row of `history`                       | `transferId`, `at`, `ending`, `name`, `localName`, `path`, `size`, `server`, `took`, `shareKey`, `link`, `proof`, `problem` |
 * | `setting`   | a setting                                | `key`, `value`                                            |
 * | `changed`   | transfers, shares, servers or leftovers were changed | `what`, `ids`                                 |
 * | `changeable` | `change` without anything to change  | as `transfers.changeable` answers: `count`, `over`, `serverId`, `terms`, `values`, `mixed` |
 * | `practice`  | the practice server answers              | `url`, `web`, `folder`                                    |
 * | `error`     | the command failed; the exit status says how | `code`, `message`                                     |
 *
 * `waitFor` is `time`, `network`, `server`, `schedule`, or `server-work`: every byte is there, and the server is at work on the
 * file. `hashed` are the bytes that were read for its checksum, while it is read.
 *
 * `delivery` is the message about an upload, `null` where nobody gets one: `state` (`planned`, `waiting`, `sending`, `sent`, `unknown`,
 * `failed`, `skipped`), `recipient`, `text`, `at`, `problem`.
 *
 * `addedFolder` is the folder that a file was added with (`id`, `name`), `null` where it was added itself.
 *
 * TRANSFER is `id`, `name`, `localName` (on this machine, where `name` does not show it), `size`, `server`; SHARE is `shareKey`, `link`, `deleteKey`, `expiresAt`; `problem` is
 * `code`, `params`, `message`, `action`; `decisions` are `id`, `role`, `needs`: what `decide` takes. A transfer's last line is `done`, `failed`, `attention`, `cancelled` or `paused`.
 */
import type {
  GroupView,
  HistoryView,
  ProblemView,
  RemoteShareView,
  ShareView,
  TransferView,
} from '../../preload/contract.ts';
import { stateWords } from './words.ts';

/** A problem in a line: `message` is all its words. */
export const problemOf = (problem: ProblemView | undefined): object => ({
  problem: problem === undefined ? null : { ...problem, parts: undefined },
});

const head = (row: TransferView): object => ({
  id: row.id,
  name: row.name,
  localName: row.localName ?? null,
  size: row.size,
  server: row.serverName,
});

/** What can be decided about it, as `decide` takes it. */
const decisionsOf = ({ decisions = [] }: Pick<TransferView, 'decisions'>): object => ({
  decisions: decisions.map(({ id, role, needs }) => ({ id, role, needs: needs ?? null })),
});

const shareOf = ({ share }: { readonly share?: TransferView['share'] }): object => ({
  shareKey: share?.key ?? null,
  link: share?.link ?? null,
  deleteKey: share?.deleteKey ?? null,
  expiresAt: share?.expiresAt ?? null,
});

const deliveryOf = ({ delivery }: Pick<TransferView, 'delivery'>): object => ({
  delivery:
    delivery === undefined
      ? null
      : {
          state: delivery.state,
          recipient: delivery.recipient ?? null,
          text: delivery.text ?? null,
          at: delivery.at ?? null,
          ...problemOf(delivery.problem),
        },
});

const figures = (row: TransferView): object => ({
  acknowledged: row.acknowledged,
  inFlight: row.inFlight,
  rate: row.rate ?? null,
  leftMs: row.leftMs ?? null,
});

const state = (row: TransferView, now: number): object => ({
  state: row.state,
  words: stateWords(row, now),
  serverWorks: row.serverWorks ?? false,
  waitFor: row.waitFor ?? null,
  waitUntil: row.waitUntil ?? null,
  hashed: row.hashed ?? null,
});

export const stateLine = (row: TransferView, now: number): object => ({
  event: 'state',
  ...head(row),
  ...state(row, now),
  ...problemOf(row.problem),
});

export const progressLine = (row: TransferView): object => ({ event: 'progress', ...head(row), ...figures(row) });

/** The last line of a transfer; its event is the state that it ended or stopped in. */
export const lastLine = (row: TransferView): object => ({
  event: row.state,
  ...head(row),
  ...shareOf(row),
  ...deliveryOf(row),
  ...problemOf(row.problem),
  ...decisionsOf(row),
});

export const noteLine = (row: TransferView, problem: ProblemView): object => ({
  event: 'notice',
  ...head(row),
  ...problemOf(problem),
});

export const groupLine = (group: GroupView, server: string): object => ({
  event: 'group',
  id: group.id,
  count: group.count,
  server,
  state: group.state,
  ...shareOf(group),
  ...problemOf(group.problem),
});

export const transferLine = (row: TransferView, now: number): object => ({
  event: 'transfer',
  ...head(row),
  ...state(row, now),
  ...figures(row),
  ...shareOf(row),
  ...deliveryOf(row),
  ...problemOf(row.problem),
  ...decisionsOf(row),
  path: row.path,
  folder: row.folder,
  groupId: row.groupId ?? null,
  addedFolder: row.addedFolder ?? null,
  batch: row.batch ?? null,
  priority: row.priority,
  attempts: row.attempts,
  restarts: row.restarts,
  createdAt: row.createdAt,
  startedAt: row.startedAt ?? null,
  endedAt: row.endedAt ?? null,
});

export const shareLine = (row: ShareView): object => ({
  event: 'share',
  id: row.id,
  name: row.name,
  size: row.size,
  server: row.serverName,
  shareKey: row.key,
  link: row.link ?? null,
  state: row.state,
  isGroup: row.isGroup,
  isFile: row.isFile ?? false,
  canRevoke: row.canRevoke,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt ?? null,
});

export const accountShareLine = (row: RemoteShareView, server: string): object => ({
  event: 'account-share',
  id: row.id,
  name: row.name,
  path: row.path ?? null,
  size: row.size ?? null,
  server,
  link: row.link ?? null,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt ?? null,
  expired: row.expired,
  downloads: row.downloads?.counted ?? null,
  downloadsLeft: row.downloads?.left ?? null,
  password: row.password ?? false,
});

export const historyLine = (row: HistoryView): object => ({
  event: 'history',
  transferId: row.transferId,
  at: row.at,
  ending: row.ending,
  name: row.name,
  localName: row.localName ?? null,
  path: row.path,
  size: row.size,
  server: row.serverName,
  took: row.took,
  shareKey: row.shareKey ?? null,
  link: row.link ?? null,
  proof: row.proof ?? null,
  ...deliveryOf(row),
  ...problemOf(row.problem),
});
