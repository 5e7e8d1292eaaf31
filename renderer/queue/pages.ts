import type { Section } from '../../preload/contract.ts';

/** Rows of a section that are asked for together. */
export type Page = { readonly section: Section; readonly page: number };

export const pageSize = 50;

export const pageOf = ({ index }: { readonly index: number }): number => Math.floor(index / pageSize);

export const keyOf = ({ section, page }: Page): string => `${section} ${page}`;

/** Each page once. */
export const union = (...lists: readonly (readonly Page[])[]): readonly Page[] => [
  ...new Map(lists.flat().map((page) => [keyOf(page), page])).values(),
];
