/** The part of an address that a log may show. */

type Template = readonly (string | undefined)[];

const hidden = ':…';

/**
 * Makes the function that gives a request's path for the log. Only segments that are literal in one of the templates are
 * shown, in their place. Every other segment is replaced, what is in front of a template as a whole, and so is the path of
 * an address that no template matches. Query, fragment and credentials are never looked at.
 *
 * @param templates paths such as `files/info` or `share/:`, matched from the end of a path; `:` stands for any one segment
 */
export const routesOf = (templates: readonly string[]): ((url: URL) => string) => {
  const known: readonly Template[] = templates
    .map((template) => template.split('/').map((part) => (part === ':' ? undefined : part)))
    .sort((a, b) => b.length - a.length);
  return ({ pathname }) => {
    const parts = pathname.split('/').filter((part) => part !== '');
    if (parts.length === 0) return '/';
    const fits = (template: Template): boolean => {
      const from = parts.length - template.length;
      return from >= 0 && template.every((part, n) => part === undefined || part === parts[from + n]);
    };
    const found = known.find(fits);
    if (found === undefined) return `/${hidden}`;
    const shown = found.map((part) => part ?? hidden);
    return `/${(parts.length > found.length ? [hidden, ...shown] : shown).join('/')}`;
  };
};
