/** Rows of the engine as the contract shows them. */
import { basename } from 'node:path';
import type {
  DropView,
  GroupView,
  HistoryView,
  KindView,
  ServerView,
  SettingsView,
  ShareView,
  TotalsView,
  TransferView,
} from '../../preload/contract.ts';
import { isMoment, safeLink } from '../../preload/bounds.ts';
import { linkText, templateFor } from '../../preload/link-template.ts';
import { isLeftOut, type Problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { isDeliveryAsking } from '../../preload/states.ts';
import { decisionsFor } from '../engine/actions/decisions.ts';
import type { Engine } from '../engine/engine.ts';
import { folderIn, messageIn } from '../engine/field-values.ts';
import type { SavedServer } from '../engine/profile/settings.ts';
import type { Field, Limits, Share } from '../engine/providers/provider.ts';
import { offersOf } from '../engine/providers/offers.ts';
import { providerOf } from '../engine/providers/registry.ts';
import type { Delivery, DropRow, GroupRow, HistoryRow, ShareRow, Totals, Transfer } from '../engine/store/rows.ts';
import { defined } from './defined.ts';

/** What an earlier version kept was not looked at: a time that cannot be shown is none, and a link is one or is absent. */
const shown = ({ link, expiresAt }: Pick<Share, 'link' | 'expiresAt'>) => ({
  link: safeLink(link),
  expiresAt: isMoment(expiresAt) ? expiresAt : undefined,
});

const shareOf = (share: Share, isFile: true | undefined): NonNullable<TransferView['share']> =>
  defined({ key: share.key, deleteKey: share.deleteKey, isFile, ...shown(share) });

/** Whether what is uploaded to a server has no public link. */
const isFileOn = (engine: Engine, serverId: string): true | undefined =>
  engine.servers.sharesFiles(serverId) ? true : undefined;

/** The file's name on this machine, where the one on the server does not show it. */
const localName = ({ name, path }: { readonly name: string; readonly path: string }): string | undefined => {
  const here = basename(path);
  return name.includes(here) ? undefined : here;
};

/** The folder on its server that was chosen for a transfer. */
const chosenFolder = (engine: Engine, { serverId, options }: Transfer): string | undefined => {
  if (options.extra === undefined) return undefined;
  const port = engine.servers.port(serverId);
  return port.ok ? folderIn(port.value.provider.transferFields, options.extra) : undefined;
};

const decisionsView = (engine: Engine, row: Transfer): TransferView['decisions'] => {
  const decisions = decisionsFor(engine, row);
  return decisions.length === 0 ? undefined : decisions.map((one) => ({ ...one }));
};

/** The message about an upload: what was asked for, until it is done, and what became of it then. */
const deliveryView = (engine: Engine, row: Transfer): TransferView['delivery'] => {
  const { delivery, options } = row;
  if (delivery === undefined && (options.extra === undefined || row.state === 'cancelled')) return undefined;
  const port = engine.servers.port(row.serverId);
  const message = port.ok ? messageIn(port.value.provider.transferFields, options.extra) : undefined;
  if (delivery === undefined)
    return message === undefined || row.state === 'done' ? undefined : { state: 'planned', ...message };
  return defined({ ...message, ...shownDelivery(delivery) });
};

const shownDelivery = ({ state, at, problem, by }: Delivery): NonNullable<HistoryView['delivery']> =>
  defined({ state, at, problem: problem === undefined ? undefined : problemView(problem), by });

/** What the user has to know: of an upload that is done, what its message needs. */
const problemOf = ({ problem, delivery }: Transfer): Problem | undefined =>
  delivery !== undefined && isDeliveryAsking(delivery.state) ? delivery.problem : problem;

const addedFolderOf = (engine: Engine, { folderId }: Transfer): TransferView['addedFolder'] => {
  const folder = folderId === undefined ? undefined : engine.store.folders.get(folderId);
  return folder === undefined ? undefined : { id: folder.id, name: folder.name };
};

export const transferView = (engine: Engine, row: Transfer): TransferView => {
  const live = engine.queue.live(row.id);
  const problem = problemOf(row);
  return defined({
    id: row.id,
    state: row.state,
    wish: row.wish,
    undoUntil: row.undo?.until,
    waitFor: row.waitFor,
    waitUntil: row.waitUntil,
    name: row.name,
    localName: localName(row),
    path: row.path,
    folder: [...row.folder],
    to: chosenFolder(engine, row),
    size: row.size,
    acknowledged: row.acknowledgedBytes,
    inFlight: live?.inFlight ?? 0,
    hashed: live?.hashed,
    serverWorks: live?.serverWorks === true ? true : undefined,
    rate: live?.rate,
    leftMs: live?.leftMs,
    chunkSize: row.chunkSize,
    serverId: row.serverId,
    serverName: engine.servers.nameOf(row.serverId),
    groupId: row.groupId,
    batch: row.dropId,
    addedFolder: addedFolderOf(engine, row),
    priority: row.priority,
    attempts: row.attempts,
    restarts: row.restarts,
    problem: problem === undefined ? undefined : problemView(problem),
    decisions: decisionsView(engine, row),
    share: row.share === undefined ? undefined : shareOf(row.share, isFileOn(engine, row.serverId)),
    delivery: deliveryView(engine, row),
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    change: row.change,
  });
};

export const totalsView = (totals: Totals): TotalsView => ({
  count: totals.count,
  bytes: totals.bytes,
  acknowledged: totals.acknowledgedBytes,
  byState: { ...totals.byState },
  ...(totals.atWork === 0 ? {} : { atWork: totals.atWork }),
  ...(totals.delivering === 0 ? {} : { delivering: totals.delivering }),
  ...(totals.undelivered === 0 ? {} : { undelivered: totals.undelivered }),
  ...(totals.doneBytes === 0 ? {} : { doneBytes: totals.doneBytes }),
  ...(totals.pending.bytes === 0 ? {} : { pending: totals.pending }),
});

/** A field as it crosses the contract, in words. */
export const fieldView = (field: Field): KindView['serverFields'][number] => {
  const { key, type, label, help, choices = [], role, range, pattern } = field;
  return defined({ key, type, label: label(), help: help(), choices: [...choices], role, range, pattern });
};

export const limitsView = (limits: Limits): ServerView['limits'] =>
  defined({
    ...limits,
    expiryChoicesSeconds: limits.expiryChoicesSeconds === undefined ? undefined : [...limits.expiryChoicesSeconds],
  });

export const serverView = (engine: Engine, saved: SavedServer): ServerView => {
  const provider = providerOf(saved.kind);
  const capabilities = provider?.capabilities;
  return {
    id: saved.id,
    kind: saved.kind,
    kindTitle: provider?.title ?? saved.kind,
    name: saved.name,
    address: saved.address,
    isDefault: engine.settings.get().defaultServerId === saved.id,
    vault: saved.secret.vault,
    ...(saved.defaultExpirySeconds === undefined ? {} : { defaultExpirySeconds: saved.defaultExpirySeconds }),
    connection: defined({ proxy: saved.proxy, caFile: saved.caFile, pin: saved.pin }),
    limits: limitsView(engine.servers.limits(saved.id)),
    capabilities: {
      expiry: capabilities?.expiry ?? false,
      ownKey: capabilities?.ownKey ?? false,
      zeroByteFiles: capabilities?.zeroByteFiles ?? false,
      signIn: capabilities?.signIn ?? 'password',
      sharesAreFiles: capabilities?.shares.link === 'none',
      revokeKeepsFile: capabilities?.shares.revoke === 'keeps-file',
      revokeNeedsKey: capabilities?.shares.needsDeleteKey ?? true,
      ...offersOf(provider),
      conflict: [...(capabilities?.conflict ?? [])],
    },
    ...defined({ linkTemplate: saved.linkTemplate, linkToClipboard: saved.linkToClipboard }),
    ...defined({ account: saved.account, folder: saved.folder, fields: engine.servers.fields(saved) }),
    pending: engine.servers.pending(saved.id),
  };
};

export const groupView = (row: GroupRow): GroupView =>
  defined({
    id: row.id,
    serverId: row.serverId,
    count: row.count,
    state: row.state,
    share: row.share === undefined ? undefined : shareOf(row.share, undefined),
    problem: row.problem === undefined ? undefined : problemView(row.problem),
  });

export const shareView = (engine: Engine, row: ShareRow): ShareView =>
  defined({
    id: row.id,
    transferId: row.transferId,
    serverId: row.serverId,
    serverName: engine.servers.nameOf(row.serverId),
    name: row.name,
    size: row.size,
    isGroup: row.isGroup,
    isFile: isFileOn(engine, row.serverId),
    key: row.key,
    ...shown(row),
    broken: row.broken,
    canRevoke:
      row.state !== 'revoked' && (row.deleteKey !== undefined || engine.servers.revokesWithoutKey(row.serverId)),
    canEdit: row.state === 'live' && !row.isGroup && engine.servers.editsShare(row.serverId, row.key),
    createdAt: row.createdAt,
    state: row.state,
  });

/** What can still be decided about an upload that ended: only while it is in the list, and has not been retried since. */
const decisionsAfter = (engine: Engine, { transferId, at }: HistoryRow): HistoryView['decisions'] => {
  const row = engine.store.transfers.get(transferId);
  return row?.endedAt === at ? decisionsView(engine, row) : undefined;
};

/** The message about an upload that ended. Whom it went to is known as long as the upload is in the list. */
const deliveryAfter = (engine: Engine, { transferId, delivery }: HistoryRow): HistoryView['delivery'] => {
  if (delivery === undefined) return undefined;
  const row = engine.store.transfers.get(transferId);
  return row === undefined ? shownDelivery(delivery) : deliveryView(engine, row);
};

export const historyView = (engine: Engine, row: HistoryRow): HistoryView =>
  defined({
    id: row.id,
    transferId: row.transferId,
    at: row.at,
    ending: row.outcome,
    name: row.name,
    localName: localName(row),
    path: row.path,
    size: row.size,
    serverId: row.serverId,
    serverName: row.serverName,
    took: row.took,
    shareKey: row.shareKey,
    isFile: isFileOn(engine, row.serverId),
    link: safeLink(row.link),
    proof: row.proof,
    problem: row.problem === undefined ? undefined : problemView(row.problem),
    delivery: deliveryAfter(engine, row),
    decisions: decisionsAfter(engine, row),
  });

/** The links of a batch, each once, and as the template of its server writes them. */
const linksOf = (engine: Engine, done: readonly Transfer[]): { readonly links: string[]; readonly text: string } => {
  const found = new Map<string, { readonly names: string[]; size: number; readonly expiresAt: number | undefined }>();
  const templates = new Map<string, string>();
  for (const row of done) {
    // The members of a group have one link together.
    const share = row.groupId === undefined ? row.share : engine.store.groups.get(row.groupId)?.share;
    const link = safeLink(share?.link);
    if (link === undefined) continue;
    const of = found.get(link) ?? { names: [], size: 0, expiresAt: share?.expiresAt };
    of.names.push(localName(row) ?? row.name);
    of.size += row.size;
    found.set(link, of);
    templates.set(link, templateFor(engine.servers.get(row.serverId), engine.settings.get()));
  }
  const texts = [...found].map(([link, of]) => linkText(templates.get(link) ?? 'plain', { link, ...of }) ?? link);
  return { links: [...found.keys()], text: texts.join('\n') };
};

export const dropView = (engine: Engine, { id, members }: DropRow): DropView => {
  const done = members.filter((row) => row.state === 'done');
  const saved = engine.servers.get(members[0]?.serverId ?? '');
  return {
    id,
    serverName: engine.servers.nameOf(members[0]?.serverId ?? ''),
    transferIds: members.map((row) => row.id),
    done: done.length,
    leftOut: members.filter((row) => isLeftOut(row.state, row.problem)).map((row) => row.name),
    ...linksOf(engine, done),
    copies: saved?.linkToClipboard ?? engine.settings.get().linkToClipboard,
    names: done.map((row) => row.name),
  };
};

export const settingsView = (engine: Engine): SettingsView => {
  const { defaultServerId: _own, language, ...shown } = engine.settings.get();
  // A language of another version of Stevedore is not lost: it is only not spoken here.
  return { ...shown, language: language === 'en' ? 'en' : 'system' };
};
