/** How the command line takes a template of links, and prints links by one. */
import type { GroupView, TransferView } from '../../preload/contract.ts';
import { list } from '../../preload/format.ts';
import {
  isLinkTemplate,
  linkText,
  templateLongest,
  templatePlaceholders,
  templatePresets,
} from '../../preload/link-template.ts';
import { m } from '../../preload/paraglide/messages.js';
import { UsageError } from './exits.ts';

/** The placeholders as they are written: {link}, {name}, {size}, and {expires}. */
export const knownPlaceholders = (): string => list(templatePlaceholders.map((name) => `{${name}}`));

/** A template that can be used. Throws `UsageError`. */
export const readTemplate = (template: string): string => {
  if (isLinkTemplate(template)) return template;
  throw new UsageError(
    m.usage_template({
      template,
      link: '{link}',
      presets: templatePresets.join(', '),
      most: templateLongest,
      known: knownPlaceholders(),
    }),
  );
};

/** The link of what is done, by a template; `undefined`: there is no template, or no link. */
export const doneText = (
  template: string | undefined,
  { state, share }: Pick<TransferView | GroupView, 'state' | 'share'>,
  of: Pick<TransferView, 'localName' | 'name' | 'size'>,
): string | undefined =>
  template === undefined || state !== 'done' || share?.link === undefined
    ? undefined
    : linkText(template, {
        link: share.link,
        names: [of.localName ?? of.name],
        size: of.size,
        expiresAt: share.expiresAt,
      });
