/** Begins what spreadsheets take for a formula; full-width forms, too. */
const formula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;

/**
 * A cell as RFC 4180 wants it. Text is always quoted, and what a spreadsheet would run as a formula gets an
 * apostrophe before it; numbers stay numbers.
 */
export const csvCell = (value: string | number | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return `"${(formula.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
};

export const csvLine = (cells: readonly (string | number | undefined)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;

/** What tells spreadsheets that a file is UTF-8. */
export const csvStart = '\uFEFF';
