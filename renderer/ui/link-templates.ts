import { list } from '../../preload/format.ts';
import {
  isPreset,
  templateLongest,
  templatePlaceholders,
  templatePresets,
  unknownPlaceholders,
} from '../../preload/link-template.ts';
import { m } from '../../preload/paraglide/messages.js';

/** What a text of the user's own begins as. */
export const ownStart = '{name}: {link}';

/** What can be chosen: the presets, and a text of the user's own. */
export const templateChoices = (): { value: string; label: string }[] =>
  [...templatePresets, 'own'].map((template) => ({ value: template, label: m.template_choice({ template }) }));

/** The placeholders beside the link, as they are written. */
export const knownPlaceholders = (): string => list(templatePlaceholders.slice(1).map((name) => `{${name}}`));

/** Why a template cannot be used, in words; `undefined`: it can. */
export const templateWrong = (template: string): string | undefined => {
  if (isPreset(template)) return undefined;
  const [unknown] = unknownPlaceholders(template);
  if (unknown !== undefined)
    return m.template_unknown({
      unknown: `{${unknown}}`,
      known: list(templatePlaceholders.map((name) => `{${name}}`)),
    });
  if (!template.includes('{link}')) return m.template_without_link({ link: '{link}' });
  return template.length > templateLongest ? m.template_too_long({ most: templateLongest }) : undefined;
};
