import { createHash } from 'node:crypto';

/** What an id names: one of another kind cannot be decoded. */
export type IdKind = 'user' | 'file' | 'entity' | 'share' | 'link' | 'policy' | 'group';

/** Ids as clients see them: short words that tell nothing and that cannot be guessed. */
export function encodeId(id: number, kind: IdKind): string {
  const body = (id * 7 + 1009).toString(36);
  return body + checkOf(body, kind);
}

/** The number behind an id; undefined where it is none of this kind. */
export function decodeId(text: string, kind: IdKind): number | undefined {
  const body = text.slice(0, -2);
  const id = (parseInt(body, 36) - 1009) / 7;
  return Number.isInteger(id) && id >= 0 && encodeId(id, kind) === text ? id : undefined;
}

function checkOf(body: string, kind: IdKind): string {
  const digest = createHash('sha256').update(`${kind}:${body}`).digest();
  return (digest.readUInt32BE() % (36 * 36)).toString(36).padStart(2, '0');
}
