/** What survives JSON.stringify and back unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A value as it will be after it was stored: keys without a value are gone. */
export const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
