/** A letter that runs to the left. */
export const leftward =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** A name of any direction within a sentence: the words around it keep their order. */
export const isolate = (name: string): string => `\u2068${name}\u2069`;
