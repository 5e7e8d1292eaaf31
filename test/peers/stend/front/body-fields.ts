/**
 * Reads a named field of a create or merge body, whatever its type.
 * protocol: a body that came as text is read as JSON where it is JSON.
 */
export function fieldReader(body: unknown): (name: string) => unknown {
  const object = parsedText(body) ?? body;
  return (name) => (object === null || object === undefined ? undefined : (object as Record<string, unknown>)[name]);
}

/** What a text body, or an array that spells one, stands for. Undefined where it is no JSON. */
export function parsedText(body: unknown): unknown {
  if (typeof body !== 'string' && !Array.isArray(body)) return undefined;
  try {
    return JSON.parse(String(body)) as unknown;
  } catch {
    return undefined;
  }
}

/** The `length` of a value, which only text and lists have, and objects that were given one. */
export const lengthOf = (value: unknown): unknown =>
  value === null || value === undefined ? undefined : (value as { readonly length?: unknown }).length;
