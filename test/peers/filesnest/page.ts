/** A page of a list, as Laravel's paginator writes it. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly links: Readonly<Record<'first' | 'last' | 'prev' | 'next', string | null>>;
  readonly meta: {
    readonly current_page: number;
    readonly from: number | null;
    readonly last_page: number;
    readonly links: readonly PageLink[];
    readonly path: string;
    readonly per_page: number;
    readonly to: number | null;
    readonly total: number;
  };
}

interface PageLink {
  readonly url: string | null;
  readonly label: string;
  readonly active: boolean;
}

const PER_PAGE = 15;

/** What a query says of `limit`; nonsense counts as 15. */
export const limitOf = (query: URLSearchParams): number => positive(query.get('limit')) ?? PER_PAGE;

const positive = (text: string | null): number | undefined =>
  /^\d+$/.test(text ?? '') && Number(text) > 0 ? Number(text) : undefined;

/** protocol: the links keep neither `limit` nor `include`. A page past the end is empty. */
export function pageOf<T>(items: readonly T[], query: URLSearchParams, path: string): Page<T> {
  const perPage = limitOf(query);
  const current = positive(query.get('page')) ?? 1;
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const start = (current - 1) * perPage;
  const data = items.slice(start, start + perPage);
  const url = (page: number): string => `${path}?page=${page}`;
  const prev = current > 1 ? url(current - 1) : null;
  const next = current < last ? url(current + 1) : null;
  const links = [
    { url: prev, label: '&laquo; Previous', active: false },
    ...shownPages(current, last).map((page) =>
      page === undefined
        ? { url: null, label: '...', active: false }
        : { url: url(page), label: String(page), active: page === current },
    ),
    { url: next, label: 'Next &raquo;', active: false },
  ];
  return {
    data,
    links: { first: url(1), last: url(last), prev, next },
    meta: {
      current_page: current,
      from: data.length ? start + 1 : null,
      last_page: last,
      links,
      path,
      per_page: perPage,
      to: data.length ? start + data.length : null,
      total: items.length,
    },
  };
}

/** The numbers that are shown of many pages, as Laravel's UrlWindow chooses them; undefined stands for the rest. */
function shownPages(current: number, last: number): readonly (number | undefined)[] {
  const range = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n);
  if (last < 14) return range(1, last);
  const [start, end] = [range(1, 2), range(last - 1, last)];
  if (current <= 7) return [...range(1, 10), undefined, ...end];
  if (current > last - 7) return [...start, undefined, ...range(last - 9, last)];
  return [...start, undefined, ...range(current - 3, current + 3), undefined, ...end];
}
