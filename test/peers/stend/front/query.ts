/** The fields of a query string or a form: a name that is given twice has all its values. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** protocol: what cannot be decoded is taken as it stands; "+" is a space. */
export function parseFields(text: string): Fields {
  const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : [...(typeof earlier === 'string' ? [earlier] : earlier), value];
  }
  return fields;
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/**
 * Splits a request target into the path, decoded but for reserved characters, and the fields of its query.
 * Undefined where the path cannot be decoded. protocol: the query begins at the first of "?", ";" and "#".
 */
export function parseTarget(target: string): { readonly path: string; readonly query: Fields } | undefined {
  const local = target.replace(/^https?:\/\/[^/]*/, '');
  const end = local.slice(1).search(/[?;#]/) + 1;
  const path = end ? local.slice(0, end) : local;
  try {
    return { path: decodeURI(path), query: parseFields(end ? local.slice(end + 1) : '') };
  } catch {
    return undefined;
  }
}
