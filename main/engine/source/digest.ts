import xxhash from 'xxhash-wasm';

/** A digest that grows with what is given to it, in order. */
export type Digest = {
  readonly update: (bytes: Uint8Array) => void;
  /** 16 hex digits, of all that was given so far. */
  readonly hex: () => string;
};

let loading: ReturnType<typeof xxhash> | undefined;

/**
 * Begins an XXH64. It finds what changed by accident or by a program that puts times back, at the speed of memory; it
 * keeps out nobody who makes two contents on purpose. Digests may grow side by side.
 */
export const startDigest = async (): Promise<Digest> => {
  const library = await (loading ??= xxhash());
  const hash = library.create64();
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => hash.digest().toString(16).padStart(16, '0'),
  };
};
