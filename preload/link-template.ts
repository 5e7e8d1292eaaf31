/** How a link is written where it is copied or printed: as it is, as Markdown, as HTML, or in a text of the user's own. */
import { safeLink, visible } from './bounds.ts';
import { bytes, firstNames, time } from './format.ts';
import { m } from './paraglide/messages.js';

export const templatePresets = ['plain', 'markdown', 'html'] as const;
type Preset = (typeof templatePresets)[number];

/** What stands in braces in a text of the user's own. */
export const templatePlaceholders = ['link', 'name', 'size', 'expires'] as const;

/** Longest template, characters. */
export const templateLongest = 500;

/** Words in braces. Other braces stay as they are, so that a template can be JSON. */
const placeholder = /\{([a-z]+)\}/gi;

export const isPreset = (template: string): template is Preset => templatePresets.some((preset) => preset === template);

/** The placeholders of a template that mean nothing, each once, without braces. */
export const unknownPlaceholders = (template: string): readonly string[] => {
  const names = [...template.matchAll(placeholder)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !templatePlaceholders.some((known) => known === name));
};

/** Whether a text can be used as a template: a preset, or a text that has the link and only known placeholders. */
export const isLinkTemplate = (template: string): boolean =>
  isPreset(template) ||
  (template.length <= templateLongest && template.includes('{link}') && unknownPlaceholders(template).length === 0);

/** What a link is of. */
export type LinkFacts = {
  readonly link: string;
  /** Of the files behind it: one, or all of a group. */
  readonly names: readonly string[];
  /** Bytes of all of them. */
  readonly size: number;
  /** ms since the epoch; absent: it does not expire, as far as is known. */
  readonly expiresAt?: number | undefined;
};

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const html = (text: string): string => text.replace(/[&<>"']/g, (char) => htmlEntities[char] ?? char);

const markdownText = (text: string): string => text.replace(/[\\`*_[\]<>&~|]/g, '\\$&');
/** Brackets would end the address, and `&copy;` would become another character. */
const markdownAddress = (link: string): string => link.replace(/[\\()<>]|&(?=#?\w+;)/g, '\\$&');

/**
 * A link in the words of a template. A template that cannot be used (of a later version, or changed by hand) is read as `plain`.
 * Names are made harmless; `undefined`: the link cannot be given out.
 */
export const linkText = (template: string, facts: LinkFacts): string | undefined => {
  const link = safeLink(facts.link);
  if (link === undefined) return undefined;
  if (template === 'plain' || !isLinkTemplate(template)) return link;
  const name = visible(firstNames(facts.names));
  if (template === 'markdown') return `[${markdownText(name)}](${markdownAddress(link)})`;
  if (template === 'html') return `<a href="${html(link)}">${html(name)}</a>`;
  const values: Readonly<Record<string, string>> = {
    link,
    name,
    size: bytes(facts.size),
    expires: facts.expiresAt === undefined ? m.template_never() : time(facts.expiresAt),
  };
  // In one pass: a name that has a placeholder in it is not filled in.
  return template.replace(placeholder, (whole, key: string) => values[key] ?? whole);
};

/** The template of a server's links: its own, else the one of all servers. */
export const templateFor = (
  server: { readonly linkTemplate?: string | undefined } | undefined,
  settings: { readonly linkTemplate?: string | undefined } | undefined,
): string => server?.linkTemplate ?? settings?.linkTemplate ?? 'plain';
