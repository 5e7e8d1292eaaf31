export type HashAlgorithm = 'sha256' | 'md5';

/** Hashes of a whole file, in lower-case hex. */
export type Hashes = Readonly<Partial<Record<HashAlgorithm, string>>>;

/** `ctimeNs`: see `Identity.ctimeNs`. A file that has another one now may have other content. */
export type HashedFile = { readonly hashes: Hashes; readonly ctimeNs: string | undefined };
