/** The options of an upload that is moved to another server: what that server knows as well stays. */
import { problem, type Problem } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import { judgeFields, withFolder } from '../field-values.ts';
import type { Json } from '../json.ts';
import type { Field, TransferOptions } from '../providers/provider.ts';
import type { ServerPort } from '../queue/server-port.ts';
import type { Transfer } from '../store/rows.ts';

/** A folder, a recipient and an id belong to the server that they were chosen on. */
const travels = ({ type, role }: Field): boolean =>
  type !== 'folder' && role !== 'recipient' && role !== 'message' && (type !== 'text' || role !== undefined);

const twinOf = (field: Field, fields: readonly Field[]): Field | undefined =>
  fields.find(({ role, key }) => (field.role === undefined ? key === field.key : role === field.role));

/**
 * The options for another server, and a notice where something that was chosen is not among them. An expiry gives way to the
 * server's longest; where none was chosen, the default counts.
 *
 * @param from `undefined`: the server is not saved any more
 */
export const optionsFor = (
  engine: Engine,
  { options }: Transfer,
  from: ServerPort | undefined,
  { provider, context: { server } }: ServerPort,
): { readonly options: TransferOptions; readonly notices: readonly Problem[] } => {
  const { capabilities, transferFields } = provider;
  const saved = engine.servers.get(server.id);
  const kept: Record<string, Json> = {};
  let isLess = false;
  for (const [key, value] of Object.entries(options.extra ?? {})) {
    const field = from?.provider.transferFields.find((one) => one.key === key);
    const twin = field === undefined || !travels(field) ? undefined : twinOf(field, transferFields);
    if (twin !== undefined && judgeFields([twin], { [twin.key]: value }, server.name) === undefined)
      kept[twin.key] = value;
    else isLess ||= field?.type !== 'folder' && value !== '' && value !== false;
  }
  const extra = withFolder(transferFields, kept, saved?.folder) ?? {};
  const most = engine.servers.limits(server.id).expirySeconds ?? Infinity;
  const wanted = options.expirySeconds ?? engine.servers.usualExpiry(server.id);
  const { key } = options;
  isLess ||=
    (key !== undefined && !capabilities.ownKey) || (options.expirySeconds !== undefined && !capabilities.expiry);
  return {
    options: {
      ...(wanted === undefined || !capabilities.expiry ? {} : { expirySeconds: Math.min(wanted, most) }),
      ...(key === undefined || !capabilities.ownKey ? {} : { key }),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
    },
    notices: isLess ? [problem('change-left-out', { server: server.name })] : [],
  };
};
