/** Encrypting what an upload sends, where its session brings a key. */
import { createCipheriv } from 'node:crypto';
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import type { CloudreveRemote } from './state.ts';

const block = 16;

/** protocol: a 128-bit big-endian counter, IV + ⌊offset/16⌋. */
const counterAt = (iv: Buffer, offset: number): Buffer => {
  const sum = (BigInt(`0x${iv.toString('hex')}`) + BigInt(Math.floor(offset / block))) & ((1n << 128n) - 1n);
  return Buffer.from(sum.toString(16).padStart(2 * block, '0'), 'hex');
};

/** Bytes that stand at `offset` in the file, as AES-256-CTR over the whole file makes them. Base64 key and IV. */
export const encrypted = async function* (
  plain: AsyncIterable<Uint8Array>,
  { key, iv, offset }: { readonly key: string; readonly iv: string; readonly offset: number },
): AsyncGenerator<Uint8Array> {
  const counter = counterAt(Buffer.from(iv, 'base64'), offset);
  const cipher = createCipheriv('aes-256-ctr', Buffer.from(key, 'base64'), counter);
  cipher.update(Buffer.alloc(offset % block));
  for await (const piece of plain) yield cipher.update(piece);
};

/** Whether a key and an IV are of the sizes that AES-256-CTR has. */
export const isKey = (key: string, iv: string): boolean =>
  Buffer.from(key, 'base64').length === 32 && Buffer.from(iv, 'base64').length === block;

const nameOf = (session: string): string => `cloudreve-${session}`;

/** Keys of sessions whose vault takes none: they live as long as the program does. */
const unkept = new Map<string, string>();

/**
 * Keeps a key. protocol: it is told once. Where the vault takes none it is held in memory, and an upload that outlives
 * the program starts anew.
 */
export const keepKey = async (session: string, key: string, ctx: ProviderContext<unknown>): Promise<void> => {
  const kept = await ctx.uploadSecrets.set(nameOf(session), key);
  if (!kept.ok) unkept.set(session, key);
};

/** The key of an upload; `undefined` where it is lost. */
export const keyOf = async (
  { session }: CloudreveRemote,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<string | undefined>> => {
  const held = unkept.get(session);
  if (held !== undefined) return ok(held);
  const kept = await ctx.uploadSecrets.get(nameOf(session));
  // A vault that keeps nothing never had it.
  return !kept.ok && kept.failure.problem.code === 'upload-secret-unkept' ? ok(undefined) : kept;
};

/** An upload is over: its key goes. What the vault does not let go of now goes with the transfer. */
export const dropKey = async (
  remote: Pick<CloudreveRemote, 'session' | 'iv'>,
  ctx: ProviderContext<unknown>,
): Promise<void> => {
  if (remote.iv === undefined) return;
  unkept.delete(remote.session);
  await ctx.uploadSecrets.remove(nameOf(remote.session));
};
