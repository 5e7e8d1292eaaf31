/**
 * Of components alone; oxfmt formats everything else (.oxfmtrc.jsonc), with the same width and quotes.
 *
 * @type {import('prettier').Config}
 */
export default { printWidth: 120, singleQuote: true, plugins: ['prettier-plugin-svelte'] };
