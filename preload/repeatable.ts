import type { AnyCallName } from './window.ts';

/**
 * Calls that change nothing, or the same twice: asked again of the next owner, or over the next connection, where the
 * last one ended over them.
 */
export const repeatable: ReadonlySet<AnyCallName> = new Set<AnyCallName>([
  'app.info',
  'app.kinds',
  'app.diagnostics',
  'queue.start',
  'queue.limit',
  'servers.list',
  'servers.recognise',
  'servers.endSignIn',
  'transfers.admit',
  'transfers.cancelAdd',
  'transfers.list',
  'transfers.sections',
  'transfers.rows',
  'transfers.folders',
  'transfers.causes',
  'transfers.get',
  'transfers.since',
  'transfers.changeable',
  'groups.open',
  'groups.get',
  'drops.ready',
  'shares.list',
  'shares.forget',
  'history.forget',
  'history.list',
  'settings.get',
  'folders.list',
  'folders.make',
  'folders.capacity',
  'shares.remote',
  'leftovers.list',
  'links.read',
  'window.info',
  'window.browse',
  'window.copy',
]);
