/** A name of any direction within a sentence: what stands beside it keeps its place. */
export const isolate = (name: string): string => `\u2068${name}\u2069`;
