/** Changes uploads that were added: server, folder, expiry, key, and what else their server asks for. */
import type { CallInput, CallOutput } from '../../../preload/contract.ts';
import { exactDuration } from '../../../preload/format.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { exits, UsageError } from '../exits.ts';
import { fieldValues } from '../fields.ts';
import { parseSeconds } from '../quantities.ts';
import { tellNotice, tellRefused, withSession, type Common, type Host, type Session } from '../session.ts';
import { findServer, parseIds, type Filter } from '../targets.ts';
import { sentence } from '../words.ts';

export type ChangeOptions = Common & {
  readonly all?: boolean;
  readonly batch?: string;
  readonly server?: string;
  readonly expire?: string;
  readonly key?: string;
  readonly set?: readonly string[];
  readonly unset?: readonly string[];
};

/** The transfers that are meant. Throws `UsageError`. */
const filterOf = (ids: readonly string[], { all, batch }: ChangeOptions): Filter => {
  const ways = [ids.length > 0, all === true, batch !== undefined].filter(Boolean).length;
  if (ways !== 1) throw new UsageError(m.usage_change_targets());
  if (batch !== undefined) return { batch: parseIds([batch])[0] ?? 0 };
  return ids.length > 0 ? { ids: parseIds(ids) } : {};
};

const tell = ({ out }: Session, answer: CallOutput<'transfers.change'>): number => {
  const { changed, unchanged, notices } = answer;
  for (const { id, problem: why } of unchanged) tellRefused(out, { id }, why);
  for (const notice of notices) tellNotice(out, notice);
  if (out.json) out.object({ event: 'changed', what: 'changed', ids: changed });
  else out.line(m.terminal_batch_changed({ id: changed[0] ?? '', count: changed.length }));
  return unchanged.length > 0 ? exits.failed : exits.done;
};

/** The name of a term as an option of this command. */
const optionOf = (term: string): string => `--${term === 'expiry' ? 'expire' : term}`;

/** What can still be changed, and why the rest cannot. */
const tellChangeable = async ({ client, out }: Session, filter: Filter): Promise<number> => {
  const about = await client.call('transfers.changeable', { filter });
  if (out.json) {
    out.object({ event: 'changeable', ...about, serverId: about.serverId ?? null });
    return exits.done;
  }
  const server = (await client.call('servers.list', {})).find(({ id }) => id === about.serverId);
  out.line(
    m.terminal_changeable({ count: about.count - about.over, server: server?.name ?? m.change_several_servers() }),
  );
  for (const { term, changeable, fixed } of about.terms) {
    const value = term === 'server' ? server?.name : about.values[term];
    const shown = about.mixed.includes(term)
      ? m.change_mixed()
      : term === 'expiry' && typeof value === 'number'
        ? exactDuration(value)
        : String(value ?? '');
    out.line(
      `  ${m.terminal_changeable_term({ option: optionOf(term), changeable, valueGiven: shown === '' ? 'no' : 'yes', value: shown })}`,
    );
    for (const { problem: why, count } of fixed)
      out.aside(`      ${m.terminal_changeable_fixed({ count, why: sentence(why) })}`, 'note');
  }
  return exits.done;
};

/** `change [ID…]`; without anything to change, it says what can be changed. */
export const change = (host: Host, ids: readonly string[], options: ChangeOptions): Promise<number> => {
  const filter = filterOf(ids, options);
  const { unset = [] } = options;
  const expirySeconds = unset.includes('expire')
    ? null
    : options.expire === undefined
      ? undefined
      : parseSeconds(options.expire);
  const key = unset.includes('key') ? null : options.key;
  return withSession(host, options, { serve: false }, async (session) => {
    const { client } = session;
    const fields = (await client.call('app.kinds', {})).flatMap((kind) => kind.transferFields);
    const values = fieldValues(fields, options, options.set);
    const cleared = unset.filter((term) => term !== 'expire' && term !== 'key').map((term) => [term, null] as const);
    const known = new Set(fields.map((field) => field.key));
    for (const [term] of cleared)
      if (!known.has(term))
        throw new UsageError(m.usage_set({ key: term, known: ['expire', 'key', ...known].join(', ') }));
    const extra = { ...values, ...Object.fromEntries(cleared) };
    const wanted: Omit<CallInput<'transfers.change'>, 'filter'> = {
      ...(options.server === undefined ? {} : { serverId: (await findServer(client, options.server)).id }),
      ...(expirySeconds === undefined ? {} : { expirySeconds }),
      ...(key === undefined ? {} : { key }),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
    };
    if (Object.keys(wanted).length === 0) return await tellChangeable(session, filter);
    return tell(session, await client.call('transfers.change', { filter, ...wanted }));
  });
};
