/** A letter that runs to the left. */
export const leftward =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** A name of any direction within a sentence: what stands beside it keeps its place. */
export const isolate = (name: string): string => `\u2068${name}\u2069`;
